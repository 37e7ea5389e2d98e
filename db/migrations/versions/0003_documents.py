"""Documents

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
REAL = sa.REAL().with_variant(sa.Double(), "postgresql")
DOCUMENT = sa.Text()


def upgrade() -> None:
    op.create_table('hand_out',
    sa.Column('id', KEY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('content_sha256', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('languages', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('file_sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('sealed_by', sa.Text(), nullable=False),
    sa.CheckConstraint("how IN ('saved', 'printed', 'mailed', 'sealed')", name=op.f('ck_hand_out_how')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_hand_out_actor_length')),
    sa.CheckConstraint('length(content_sha256) = 64', name=op.f('ck_hand_out_content_sha256')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_hand_out_device_length')),
    sa.CheckConstraint('length(file_name) <= 200', name=op.f('ck_hand_out_file_name_length')),
    sa.CheckConstraint('length(file_sha256) = 64', name=op.f('ck_hand_out_file_sha256')),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_hand_out_kind_length')),
    sa.CheckConstraint('length(languages) <= 200', name=op.f('ck_hand_out_languages_length')),
    sa.CheckConstraint('length(number) <= 200', name=op.f('ck_hand_out_number_length')),
    sa.CheckConstraint('length(recipient) <= 200', name=op.f('ck_hand_out_recipient_length')),
    sa.CheckConstraint('length(sealed_by) <= 200', name=op.f('ck_hand_out_sealed_by_length')),
    sa.CheckConstraint('pages IS NULL OR pages BETWEEN 1 AND 1000000', name=op.f('ck_hand_out_pages_range')),
    sa.CheckConstraint('size IS NULL OR size BETWEEN 0 AND 2000000000', name=op.f('ck_hand_out_size_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_out')),
    sqlite_strict=True
    )
    with op.batch_alter_table('hand_out', schema=None) as batch_op:
        batch_op.create_index('ix_hand_out_at', ['at'], unique=False)
        batch_op.create_index('ix_hand_out_kind_number', ['kind', 'number'], unique=False)

    op.create_table('attachment',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=True),
    sa.Column('terminal_id', KEY, nullable=True),
    sa.Column('visit_id', sa.Text(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('caption', sa.Text(), nullable=False),
    sa.Column('taken_at', MOMENT, nullable=True),
    sa.Column('added_at', MOMENT, nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.Column('damaged', FLAG, nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('print_sha256', sa.Text(), nullable=False),
    sa.Column('print_width', sa.Integer(), nullable=False),
    sa.Column('print_height', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('removed_at', MOMENT, nullable=True),
    sa.Column('removed_by', sa.Text(), nullable=False),
    sa.CheckConstraint("stage IN ('before', 'after', 'evidence', 'serial', 'seal')", name=op.f('ck_attachment_stage')),
    sa.CheckConstraint('incident_id IS NOT NULL OR terminal_id IS NOT NULL OR visit_id IS NOT NULL', name=op.f('ck_attachment_about')),
    sa.CheckConstraint('length(added_by) <= 200', name=op.f('ck_attachment_added_by_length')),
    sa.CheckConstraint('length(caption) <= 200', name=op.f('ck_attachment_caption_length')),
    sa.CheckConstraint('length(media_type) <= 200', name=op.f('ck_attachment_media_type_length')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_attachment_name_length')),
    sa.CheckConstraint('length(print_sha256) IN (0, 64)', name=op.f('ck_attachment_print_sha256')),
    sa.CheckConstraint('length(removed_by) <= 200', name=op.f('ck_attachment_removed_by_length')),
    sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_attachment_sha256')),
    sa.CheckConstraint('size IS NULL OR size BETWEEN 0 AND 26214400', name=op.f('ck_attachment_size_range')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_attachment_incident_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_attachment_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sqlite_strict=True
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_incident_id'), ['incident_id'], unique=False)
        batch_op.create_index('ix_attachment_sha256', ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_terminal_id'), ['terminal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_visit_id'), ['visit_id'], unique=False)

    op.create_table('issued_document',
    sa.Column('id', KEY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('incident_id', KEY, nullable=True),
    sa.Column('visit_id', sa.Text(), nullable=True),
    sa.Column('content', DOCUMENT, nullable=False),
    sa.Column('content_sha256', sa.Text(), nullable=False),
    sa.Column('issued_at', MOMENT, nullable=False),
    sa.Column('issued_by', sa.Text(), nullable=False),
    sa.Column('app_version', sa.Text(), nullable=False),
    sa.CheckConstraint('length(app_version) <= 200', name=op.f('ck_issued_document_app_version_length')),
    sa.CheckConstraint('length(content_sha256) = 64', name=op.f('ck_issued_document_content_sha256')),
    sa.CheckConstraint('length(issued_by) <= 200', name=op.f('ck_issued_document_issued_by_length')),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_issued_document_kind_length')),
    sa.CheckConstraint('length(number) <= 200', name=op.f('ck_issued_document_number_length')),
    sa.CheckConstraint('revision >= 1', name=op.f('ck_issued_document_revision')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_issued_document_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_document')),
    sa.UniqueConstraint('kind', 'number', 'revision', name=op.f('uq_issued_document_kind_number_revision')),
    sqlite_strict=True
    )
    with op.batch_alter_table('issued_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issued_document_incident_id'), ['incident_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issued_document_visit_id'), ['visit_id'], unique=False)

    op.create_table('signature',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=True),
    sa.Column('visit_id', sa.Text(), nullable=True),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('signer', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('ink', DOCUMENT, nullable=True),
    sa.Column('content_sha256', sa.Text(), nullable=False),
    sa.CheckConstraint("ink IS NOT NULL OR reason <> ''", name=op.f('ck_signature_ink_or_reason')),
    sa.CheckConstraint("role IN ('merchant', 'technician', 'reviewer')", name=op.f('ck_signature_role')),
    sa.CheckConstraint('incident_id IS NOT NULL OR visit_id IS NOT NULL', name=op.f('ck_signature_about')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_signature_actor_length')),
    sa.CheckConstraint('length(content_sha256) = 64', name=op.f('ck_signature_content_sha256')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_signature_device_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_signature_reason_length')),
    sa.CheckConstraint('length(signer) <= 200', name=op.f('ck_signature_signer_length')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_signature_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sqlite_strict=True
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_incident_id'), ['incident_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_signature_visit_id'), ['visit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signature_visit_id'))
        batch_op.drop_index(batch_op.f('ix_signature_incident_id'))

    op.drop_table('signature')
    with op.batch_alter_table('issued_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issued_document_visit_id'))
        batch_op.drop_index(batch_op.f('ix_issued_document_incident_id'))

    op.drop_table('issued_document')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_visit_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_terminal_id'))
        batch_op.drop_index('ix_attachment_sha256')
        batch_op.drop_index(batch_op.f('ix_attachment_incident_id'))

    op.drop_table('attachment')
    with op.batch_alter_table('hand_out', schema=None) as batch_op:
        batch_op.drop_index('ix_hand_out_kind_number')
        batch_op.drop_index('ix_hand_out_at')

    op.drop_table('hand_out')
