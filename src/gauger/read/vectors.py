"""Looks at 32 bytes at once, as many as a vector register holds, inside the compiled loops.

A loop over bytes that ends at a byte of some kind asks a question per byte, and the processor
guesses its end wrongly once per word. Here one question is asked of all 32, whose answer is a
number with a bit per byte, so that the next byte of that kind is found by counting zeros.

Callers see to it that all 32 bytes are there: nothing is checked.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import extending
from numba.core import types

STRIDE: Final = 32
"""Bytes that are looked at together."""

intrinsic: Any = extending.intrinsic
"""What it makes is called without the first argument of what it is given."""

_BYTES: Final = ir.VectorType(ir.IntType(8), STRIDE)
_BITS: Final = ir.IntType(STRIDE)
_QUOTE: Final = 34
_BACKSLASH: Final = 92
_CONTROL: Final = 32
"""Bytes below are control characters, which no JSON string holds as they are."""


@intrinsic
def string_breaks(typing, data, pos):
    """Bits of the bytes at `pos` that cannot stand in a JSON string: its end, an escape, control
    characters."""

    def code(context, builder, signature, arguments):
        held = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        quote = builder.icmp_unsigned("==", held, _every(_QUOTE))
        escape = builder.icmp_unsigned("==", held, _every(_BACKSLASH))
        control = builder.icmp_unsigned("<", held, _every(_CONTROL))
        return builder.bitcast(builder.or_(builder.or_(quote, escape), control), _BITS)

    return types.uint32(data, pos), code


@intrinsic
def equal(typing, data, pos, byte):
    """Bits of the bytes at `pos` that are one byte."""

    def code(context, builder, signature, arguments):
        held = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        none = ir.Constant(_BYTES, ir.Undefined)
        first = builder.insert_element(none, arguments[2], ir.Constant(ir.IntType(32), 0))
        places = ir.Constant(ir.VectorType(ir.IntType(32), STRIDE), [0] * STRIDE)
        every = builder.shuffle_vector(first, none, places)
        return builder.bitcast(builder.icmp_unsigned("==", held, every), _BITS)

    return types.uint32(data, pos, types.uint8), code


@intrinsic
def in_words(typing, data, pos):
    """Bits of the bytes at `pos` that are letters and digits of ASCII."""

    def code(context, builder, signature, arguments):
        held = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        lower = builder.or_(held, _every(32))
        letter = builder.icmp_unsigned("<", builder.sub(lower, _every(97)), _every(26))
        digit = builder.icmp_unsigned("<", builder.sub(held, _every(48)), _every(10))
        return builder.bitcast(builder.or_(letter, digit), _BITS)

    return types.uint32(data, pos), code


@intrinsic
def letters(typing, data, pos):
    """Bits of the bytes at `pos` that are letters of ASCII."""

    def code(context, builder, signature, arguments):
        held = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        lower = builder.or_(held, _every(32))
        found = builder.icmp_unsigned("<", builder.sub(lower, _every(97)), _every(26))
        return builder.bitcast(found, _BITS)

    return types.uint32(data, pos), code


@intrinsic
def beyond_ascii(typing, data, pos):
    """Bits of the bytes at `pos` that are part of a longer character."""

    def code(context, builder, signature, arguments):
        held = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        return builder.bitcast(builder.icmp_unsigned(">=", held, _every(128)), _BITS)

    return types.uint32(data, pos), code


@intrinsic
def alike(typing, data, pos, other, at):
    """Bits of the bytes of `data` at `pos` that are those of `other` at `at`."""

    def code(context, builder, signature, arguments):
        one = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        two = builder.load(_place(context, builder, signature, arguments, 2), align=1)
        return builder.bitcast(builder.icmp_unsigned("==", one, two), _BITS)

    return types.uint32(data, pos, other, at), code


@intrinsic
def copy_stride(typing, data, pos, out, at):
    """Puts the bytes of `data` at `pos` into `out` at `at`."""

    def code(context, builder, signature, arguments):
        held = builder.load(_place(context, builder, signature, arguments, 0), align=1)
        builder.store(held, _place(context, builder, signature, arguments, 2), align=1)
        return context.get_dummy_value()

    return types.void(data, pos, out, at), code


@intrinsic
def ones(typing, bits):
    """How many bits of a number are set."""

    def code(context, builder, signature, arguments):
        return builder.zext(builder.ctpop(arguments[0]), ir.IntType(64))

    return types.int64(types.uint32), code


@intrinsic
def lowest(typing, bits):
    """The place of the lowest bit of a number that is not 0."""

    def code(context, builder, signature, arguments):
        return builder.zext(
            builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1)), ir.IntType(64)
        )

    return types.int64(types.uint32), code


def _place(context: Any, builder: Any, signature: Any, arguments: Any, number: int) -> Any:
    """Where the array that is an argument has the 32 bytes that the next argument names."""
    array = context.make_array(signature.args[number])(context, builder, arguments[number])
    first = builder.gep(array.data, [arguments[number + 1]])
    return builder.bitcast(first, _BYTES.as_pointer())


def _every(byte: int) -> ir.Constant:
    return ir.Constant(_BYTES, [byte] * STRIDE)
