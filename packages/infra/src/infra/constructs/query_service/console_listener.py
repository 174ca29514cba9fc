"""The console for people, behind the load balancer's sign-in (OpenID Connect).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
"""

from typing import Final

from aws_cdk import CfnDynamicReference, CfnDynamicReferenceService, Duration, SecretValue
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from infra.config.parts.console import Console
from infra.constructs.network.network import HTTPS
from infra.constructs.query_service.load_balancer import TLS_POLICY, QueryLoadBalancer

CONSOLE_PORT: Final = 8443

_PAGE: Final = "/console"
# What the page loads and queries. A redirect to the provider would only fail there, so a request
# without a session gets 401, and the page says that the sign-in has ended.
_PARTS: Final = ("/console/*", "/query/*")
# The provider sends people back to this path.
_CALLBACK: Final = "/oauth2/idpresponse"
# A working day.
_SESSION: Final = Duration.hours(8)
_SESSION_COOKIE: Final = "ConsoleSession"


class ConsoleListener(Construct):
    """A listener of its own, which serves only the console, and that only to people signed in.

    The gateway's requests need no sign-in, so they have another port, which only the gateway may
    connect to. A rule by host name would not keep anyone from the gateway's rules: the client
    chooses the name.

    Attributes:
        url: where people find the console.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        console: Console,
        load_balancer: QueryLoadBalancer,
    ) -> None:
        super().__init__(scope, construct_id)
        self._console = console
        self._target_group = load_balancer.target_group
        self.url = f"https://{console.host}:{CONSOLE_PORT}{_PAGE}"
        self._listener = load_balancer.alb.add_listener(
            "Console",
            port=CONSOLE_PORT,
            protocol=elbv2.ApplicationProtocol.HTTPS,
            open=False,
            certificates=[elbv2.ListenerCertificate.from_arn(console.certificate_arn)],
            ssl_policy=TLS_POLICY,
            default_action=elbv2.ListenerAction.fixed_response(404),
        )
        self._add_rules()
        self._connect(load_balancer.alb.connections)

    def _add_rules(self) -> None:
        self._add_rule(
            "Page", 10, self._sign_in(elbv2.UnauthenticatedAction.AUTHENTICATE), _PAGE, _CALLBACK
        )
        self._add_rule("Parts", 20, self._sign_in(elbv2.UnauthenticatedAction.DENY), *_PARTS)
        start = elbv2.ListenerAction.redirect(host=self._console.host, path=_PAGE)
        self._add_rule("Start", 30, start, "/")

    def _add_rule(
        self, rule_id: str, priority: int, action: elbv2.ListenerAction, *paths: str
    ) -> None:
        self._listener.add_action(
            rule_id,
            priority=priority,
            conditions=[elbv2.ListenerCondition.path_patterns([*paths])],
            action=action,
        )

    def _sign_in(self, otherwise: elbv2.UnauthenticatedAction) -> elbv2.ListenerAction:
        """Forward the requests of people signed in.

        Args:
            otherwise: what happens to other requests.
        """
        console = self._console
        return elbv2.ListenerAction.authenticate_oidc(
            issuer=console.oidc_issuer,
            authorization_endpoint=console.oidc_authorization_endpoint,
            token_endpoint=console.oidc_token_endpoint,
            user_info_endpoint=console.oidc_user_info_endpoint,
            client_id=console.oidc_client_id,
            client_secret=self._refer_to_secret(),
            # Each claim makes the headers larger with which the service gets a request.
            scope="openid",
            session_cookie_name=_SESSION_COOKIE,
            session_timeout=_SESSION,
            on_unauthenticated_request=otherwise,
            # It would let the load balancer connect to any address.
            allow_https_outbound=False,
            next=elbv2.ListenerAction.forward([self._target_group]),
        )

    def _refer_to_secret(self) -> SecretValue:
        """Return a reference, which CloudFormation resolves; the template has no secret.

        CloudFormation resolves it again only when the reference changes, hence the version.
        """
        console = self._console
        return SecretValue.cfn_dynamic_reference(
            CfnDynamicReference(
                CfnDynamicReferenceService.SECRETS_MANAGER,
                f"{console.oidc_secret_arn}:SecretString:::{console.oidc_secret_version}",
            )
        )

    def _connect(self, load_balancer: ec2.Connections) -> None:
        """Admit people, and let the load balancer connect to the provider."""
        for cidr in self._console.cidrs:
            port = ec2.Port.tcp(CONSOLE_PORT)
            load_balancer.allow_from(ec2.Peer.ipv4(cidr), port, "People at the console")
        provider = ec2.Peer.prefix_list(self._console.oidc_prefix_list_id)
        load_balancer.allow_to(provider, HTTPS, "Sign-in provider")
