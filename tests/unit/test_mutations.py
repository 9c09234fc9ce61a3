"""The faults that `make mutants` makes."""

import ast

from tests.mutants.mutations import mutants_of

RULE = """
def may_sell(left: int, wanted: int, closed: bool) -> bool:
    \"\"\"Words decide nothing.\"\"\"
    if closed:
        return False
    return wanted > 0 and left >= wanted
"""


def test_a_rule_is_broken_in_each_of_its_parts_and_its_words_are_left_alone() -> None:
    names = [mutant.name for mutant in mutants_of(RULE)]
    assert {name.removeprefix("may_sell: ") for name in names} == {
        "closed -> True",
        "closed -> False",
        "False -> None",
        "False -> True",
        "wanted > 0 and left >= wanted -> None",
        "wanted > 0 and left >= wanted -> wanted > 0 or left >= wanted",
        "wanted > 0 and left >= wanted -> left >= wanted",
        "wanted > 0 and left >= wanted -> wanted > 0",
        "wanted > 0 -> wanted >= 0",
        "wanted > 0 -> wanted <= 0",
        "0 -> 1",
        "0 -> -1",
        "left >= wanted -> left > wanted",
        "left >= wanted -> left < wanted",
    }


def test_every_mutant_has_a_name_of_its_own_differs_from_the_rule_and_can_be_loaded() -> None:
    mutants = mutants_of(RULE + "def twice(a: int) -> int:\n    return a + 1 + 1\n")
    assert len({mutant.name for mutant in mutants}) == len({mutant.source for mutant in mutants}) == len(mutants)
    assert all(ast.parse(mutant.source) for mutant in mutants)
    assert RULE not in [mutant.source for mutant in mutants]
