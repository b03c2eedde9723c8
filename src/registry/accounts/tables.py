"""Accounts, what they may do, and how they are signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.accounts.permissions import Role
from registry.database import json_column, new_id


class User(SQLModel, table=True):
    """A person with an account; the only personal data kept are the sign-in name, the display name and a work telephone."""

    __tablename__ = "user_account"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str = Field(max_length=40, unique=True)
    display_name: str = Field(max_length=40)
    unit_code: str | None = Field(default=None, foreign_key="unit.code", index=True, max_length=32)
    telephone: str | None = Field(default=None, max_length=40)
    password_hash: str | None = Field(default=None, max_length=200)
    password_changed_at: datetime | None = None
    must_change_password: bool = True
    created_at: datetime
    disabled_at: datetime | None = None


class UserRole(SQLModel, table=True):
    """A role a person holds."""

    __tablename__ = "user_role"
    user_id: UUID = Field(foreign_key="user_account.id", primary_key=True)
    role: Role = Field(
        sa_column=sa.Column(
            sa.Enum(
                Role,
                native_enum=False,
                length=32,
                values_callable=lambda members: [member.value for member in members],
                validate_strings=True,
                create_constraint=True,
                name="role",
            ),
            primary_key=True,
        )
    )


class SignIn(SQLModel, table=True):
    """A server-side session: only the hash of its secret is kept, and ending the row ends the session."""

    __tablename__ = "sign_in"
    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    created_at: datetime
    last_used_at: datetime
    ended_at: datetime | None = None
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=200)


class ApiToken(SQLModel, table=True):
    """A secret with which a program acts for a person; only its hash is kept."""

    __tablename__ = "api_token"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    name: str = Field(max_length=80)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime
    last_used_at: datetime | None = None
    ended_at: datetime | None = None


class FailedSignIn(SQLModel, table=True):
    """A refused sign-in, counted by name and by address (等保 身份鉴别 b)."""

    __tablename__ = "failed_sign_in"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str = Field(max_length=40, index=True)
    address: str = Field(max_length=64, index=True)
    at: datetime = Field(index=True)


class PastPassword(SQLModel, table=True):
    """A hash that may not be used again (等保: the last five are refused)."""

    __tablename__ = "past_password"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    password_hash: str = Field(max_length=200)
    changed_at: datetime


class SetupCode(SQLModel, table=True):
    """The one-time code printed at the first start, with which the first administrator is made."""

    __tablename__ = "setup_code"
    code_hash: str = Field(primary_key=True, max_length=64)
    created_at: datetime
    used_at: datetime | None = None


class KeptForm(SQLModel, table=True):
    """What a person was typing into the form at `path` and has not handed over: `body` is a list of [name, value] as a browser sends them.

    Nobody but that person ever reads it, and it is thrown away once the form is handed over.
    """

    __tablename__ = "kept_form"
    user_id: UUID = Field(foreign_key="user_account.id", primary_key=True)
    path: str = Field(max_length=200, primary_key=True, index=True)
    body: list[list[Any]] = Field(sa_column=json_column())
    kept_at: datetime
