"""A stand-in for the registry's sign-in, on this machine's loopback only: for trying out, the drill and tests.

It asks for no password and believes whatever is typed. Nothing of it is in an image's start commands, in Compose or in
the Kubernetes overlays; the real registry is configured by REGISTRY_ISSUER.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from flask import Flask, jsonify, render_template, request
from werkzeug.wrappers import Response

from deploy.registry.people import Holder, People
from deploy.registry.provider import Client, Provider
from shared.infrastructure.clock import clock_from


def create_app() -> Flask:
    """The app for gunicorn, with settings from the environment."""
    portal = os.environ["PORTAL_URL"]
    client = Client(
        os.environ["REGISTRY_CLIENT_ID"], os.environ["REGISTRY_CLIENT_SECRET"], f"{portal}/registry/callback"
    )
    return build(os.environ["REGISTRY_ISSUER"], portal, client, os.environ.get("CLOCK", "system"))


def build(issuer: str, portal: str, client: Client, clock: str) -> Flask:
    app = Flask("registry", template_folder="templates", root_path=str(Path(__file__).parent), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 64 << 10
    provider, people = Provider(app, issuer, client, clock_from(clock)), People()

    def check_page() -> str:
        start = f"{portal}/registry/start?{urlencode({'iss': issuer})}"
        return render_template("check.html", start=start)

    def authorize() -> Any:
        try:
            grant = provider.server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            return render_template("refused.html", error=error.error, description=error.description), 400
        chosen = _chosen(people) if request.method == "POST" else None
        if chosen:
            return provider.server.create_authorization_response(grant_user=chosen, grant=grant)
        wrong = request.method == "POST"
        page = render_template(
            "authorize.html", people=people.listed(), wrong=wrong, query=request.query_string.decode()
        )
        return page, 422 if wrong else 200

    def add_person() -> Any:
        given = request.get_json()
        try:
            holder = people.add(given["name"], given["school_code"], given.get("school_name", ""))
        except (KeyError, ValueError):
            return jsonify({"error": "name and school_code, please"}), 422
        return jsonify({"sub": holder.subject}), 201

    app.add_url_rule("/", view_func=check_page)
    app.add_url_rule("/authorize", view_func=authorize, methods=["GET", "POST"])
    app.add_url_rule("/token", view_func=lambda: provider.server.create_token_response(), methods=["POST"])
    app.add_url_rule("/jwks.json", endpoint="keys", view_func=lambda: jsonify(provider.jwks()))
    app.add_url_rule(
        "/.well-known/openid-configuration", endpoint="discovery", view_func=lambda: jsonify(provider.discovery())
    )
    app.add_url_rule("/people", view_func=add_person, methods=["POST"])
    app.extensions["registry"] = provider
    app.after_request(_unkept)
    return app


def _chosen(people: People) -> Holder | None:
    """The person chosen from the list, or typed."""
    if subject := request.form.get("person", ""):
        return people.get(subject)
    try:
        return people.add(request.form.get("name", ""), request.form.get("school_code", ""))
    except ValueError:
        return None


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
