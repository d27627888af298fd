"""The ministry's page of operations: the numbers of the operator's dashboard in words, each with a judgement."""
