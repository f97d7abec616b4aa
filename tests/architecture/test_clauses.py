"""The markers of tests name clauses that exist."""

from __future__ import annotations

from tests.clauses import clauses, proofs


def test_every_marker_names_a_clause_of_the_notice():
    """A typing error in a marker would claim nothing and hide a gap."""
    assert proofs().keys() - clauses().keys() == set()


def test_every_clause_has_a_service_that_decides_it():
    """The list of clauses is whole: an owner, an article and a rule each."""
    owners = {clause.owner for clause in clauses().values()}
    assert owners <= {"accounts", "workflow", "quota", "notifications", "gateway"}
    assert all(clause.cite and clause.rule for clause in clauses().values())
