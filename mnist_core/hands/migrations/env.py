"""What Alembic runs to apply changes, on the connection that `mnist_core.hands.database` gives."""

from alembic import context

from mnist_core.hands.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
