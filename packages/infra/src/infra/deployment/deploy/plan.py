"""Decides how to deploy each stack, from its state in the account."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from infra.exceptions import DeployError

# A change set that was not executed leaves REVIEW_IN_PROGRESS, and `--no-rollback` CREATE_FAILED.
# The CDK deletes a stack in ROLLBACK_COMPLETE before it creates it again.
_NOT_CREATED: Final = (None, "REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE")
# CloudFormation's statuses from which no deployment starts: what to do first.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
_STUCK: Final = {
    "ROLLBACK_FAILED": (
        "its creation failed, and CloudFormation could not delete all that it had created",
        "aws cloudformation delete-stack --stack-name {stack}",
    ),
    "DELETE_FAILED": (
        "CloudFormation could not delete all of it",
        "aws cloudformation delete-stack --stack-name {stack}",
    ),
    "UPDATE_ROLLBACK_FAILED": (
        "an update failed, and CloudFormation could not undo it",
        "uvx nox -s cdk -- rollback {stack}",
    ),
}
_IMPORT: Final = "--import-existing-resources"
_SHOW_FAILURES: Final = (
    "aws cloudformation describe-stack-events --stack-name {stack} --output text "
    "--query \"StackEvents[?ends_with(ResourceStatus, 'FAILED')]."
    '[LogicalResourceId,ResourceStatusReason]"'
)
_UNPROTECT: Final = (
    "aws cloudformation update-termination-protection --stack-name {stack} "
    "--no-enable-termination-protection"
)


@dataclass(frozen=True, slots=True)
class StackState:
    """A stack in the account.

    Attributes:
        status: CloudFormation's status; None if there is no such stack.
        is_protected: whether it has termination protection.
    """

    status: str | None
    is_protected: bool = False

    @property
    def is_new(self) -> bool:
        """Whether a deployment creates it."""
        return self.status in _NOT_CREATED


@dataclass(frozen=True, slots=True)
class Step:
    """A deployment of one stack.

    Attributes:
        is_protected: whether as configured; otherwise without deletion protection.
    """

    stack: str
    is_protected: bool

    def __str__(self) -> str:
        how = "deploy as configured" if self.is_protected else "create without deletion protection"
        return f"{self.stack}: {how}"


def find_protected_later(protection: Mapping[str, bool], options: Sequence[str]) -> set[str]:
    """Return the stacks that get their deletion protection after their creation, if they are new.

    Args:
        protection: whether a stack is configured to have termination protection: only that of the
            tables is, and none if the configuration protects nothing.
        options: of `cdk deploy`. Imported tables hold data, so they are protected throughout.
    """
    if not any(protection.values()):
        return set()
    imports = any(each.startswith(_IMPORT) for each in options)
    return {stack for stack, has_tables in protection.items() if not (imports and has_tables)}


def plan_steps(states: Mapping[str, StackState], *, protected_later: Collection[str]) -> list[Step]:
    """Return what to deploy, in order.

    Args:
        states: of the stacks, in the order of their deployment.
        protected_later: stacks to create without deletion protection first, if they are new. If
            a protected resource is part of a creation that fails, CloudFormation cannot delete
            it, nor the CDK the stack that the next attempt replaces.

    Raises:
        DeployError: a stack is in a state from which nothing can be deployed.
    """
    steps = []
    for stack, state in states.items():
        _check(stack, state)
        if stack in protected_later and state.is_new:
            steps.append(Step(stack, is_protected=False))
        steps.append(Step(stack, is_protected=True))
    return steps


def _check(stack: str, state: StackState) -> None:
    if reason := "\n".join(_explain(state)):
        raise DeployError(reason.format(stack=stack))


def _explain(state: StackState) -> Iterator[str]:
    """Return lines that say why nothing can be deployed, and what to do; none if it can."""
    if state.status in _STUCK:
        meaning, way_out = _STUCK[state.status]
        yield f"{{stack}} is in {state.status}: {meaning}. Show what failed, and why:"
        yield f"  {_SHOW_FAILURES}"
        yield "Remove the cause, then run:"
        if state.is_protected and way_out.startswith("aws cloudformation delete-stack"):
            yield f"  {_UNPROTECT}"
        yield f"  {way_out}"
    elif state.status == "ROLLBACK_COMPLETE" and state.is_protected:
        yield "The creation of {stack} failed, and its termination protection stops a new one. Run:"
        yield f"  {_UNPROTECT}"
    elif state.status and state.status.endswith("_IN_PROGRESS") and not state.is_new:
        yield f"{{stack}} is in {state.status}: deploy again once that has ended."
