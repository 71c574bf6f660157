"""What all tables have in common: how their keys and constraints are called, and the types of ids and instants."""

from sqlalchemy import BigInteger, Integer, MetaData

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

# SQLite numbers rows by itself only where the key's type is exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")
Instant = BigInteger()
