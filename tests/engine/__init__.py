"""Tests of the engines that relational steps run on."""
