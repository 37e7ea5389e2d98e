"""Register and incidents

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
REAL = sa.REAL().with_variant(sa.Double(), "postgresql")
DOCUMENT = sa.Text()


def upgrade() -> None:
    op.create_table('acquirer',
    sa.Column('id', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('code_profile', sa.Text(), nullable=False),
    sa.CheckConstraint('length(code_profile) <= 200', name=op.f('ck_acquirer_code_profile_length')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_acquirer_name_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acquirer')),
    sa.UniqueConstraint('name', name=op.f('uq_acquirer_name')),
    sqlite_strict=True
    )
    op.create_table('app_state',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', DOCUMENT, nullable=False),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_app_state_name_length')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_app_state')),
    sqlite_strict=True
    )
    op.create_table('area',
    sa.Column('id', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent_id', KEY, nullable=True),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_area_name_length')),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('name', name=op.f('uq_area_name')),
    sqlite_strict=True
    )
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_parent_id'), ['parent_id'], unique=False)

    op.create_table('counter',
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.CheckConstraint('last >= 0', name=op.f('ck_counter_last')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_counter_device_length')),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_counter_kind_length')),
    sa.PrimaryKeyConstraint('device', 'kind', name=op.f('pk_counter')),
    sqlite_strict=True
    )
    op.create_table('form_draft',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('saved_at', MOMENT, nullable=False),
    sa.Column('content', DOCUMENT, nullable=False),
    sa.CheckConstraint('length(key) <= 200', name=op.f('ck_form_draft_key_length')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_form_draft')),
    sqlite_strict=True
    )
    op.create_table('import_run',
    sa.Column('id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_import_run_actor_length')),
    sa.CheckConstraint('length(file_name) <= 200', name=op.f('ck_import_run_file_name_length')),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_import_run_kind_length')),
    sa.CheckConstraint('length(sha256) <= 200', name=op.f('ck_import_run_sha256_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run')),
    sqlite_strict=True
    )
    op.create_table('manufacturer',
    sa.Column('id', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_manufacturer_name_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manufacturer')),
    sa.UniqueConstraint('name', name=op.f('uq_manufacturer_name')),
    sqlite_strict=True
    )
    op.create_table('search_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('owner_id', KEY, nullable=False),
    sa.Column('tokens', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_document')),
    sa.UniqueConstraint('kind', 'owner_id', name=op.f('uq_search_document_kind_owner_id')),
    sqlite_strict=True
    )
    op.create_table('technician',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('badge_no', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('active', FLAG, nullable=False),
    sa.Column('capacity_minutes', sa.Integer(), nullable=False),
    sa.Column('latitude', REAL, nullable=True),
    sa.Column('longitude', REAL, nullable=True),
    sa.CheckConstraint("role IN ('technician', 'manager')", name=op.f('ck_technician_role')),
    sa.CheckConstraint('capacity_minutes IS NULL OR capacity_minutes BETWEEN 0 AND 1440', name=op.f('ck_technician_capacity_minutes_range')),
    sa.CheckConstraint('latitude IS NULL OR latitude BETWEEN -90 AND 90', name=op.f('ck_technician_latitude_range')),
    sa.CheckConstraint('length(badge_no) <= 200', name=op.f('ck_technician_badge_no_length')),
    sa.CheckConstraint('length(code) <= 200', name=op.f('ck_technician_code_length')),
    sa.CheckConstraint('length(email) <= 200', name=op.f('ck_technician_email_length')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_technician_name_length')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_technician_name_given')),
    sa.CheckConstraint('length(phone) <= 200', name=op.f('ck_technician_phone_length')),
    sa.CheckConstraint('longitude IS NULL OR longitude BETWEEN -180 AND 180', name=op.f('ck_technician_longitude_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_technician')),
    sa.UniqueConstraint('code', name=op.f('uq_technician_code')),
    sqlite_strict=True
    )
    op.create_table('merchant',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('mid', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('uscc', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('area_id', KEY, nullable=True),
    sa.Column('contact_name', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('opening_hours', sa.Text(), nullable=False),
    sa.Column('report_language', sa.Text(), nullable=False),
    sa.Column('latitude', REAL, nullable=True),
    sa.Column('longitude', REAL, nullable=True),
    sa.Column('remarks', sa.Text(), nullable=False),
    sa.CheckConstraint('latitude IS NULL OR latitude BETWEEN -90 AND 90', name=op.f('ck_merchant_latitude_range')),
    sa.CheckConstraint('length(address) <= 200', name=op.f('ck_merchant_address_length')),
    sa.CheckConstraint('length(contact_name) <= 200', name=op.f('ck_merchant_contact_name_length')),
    sa.CheckConstraint('length(mid) <= 200', name=op.f('ck_merchant_mid_length')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_merchant_name_length')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_merchant_name_given')),
    sa.CheckConstraint('length(opening_hours) <= 200', name=op.f('ck_merchant_opening_hours_length')),
    sa.CheckConstraint('length(phone) <= 200', name=op.f('ck_merchant_phone_length')),
    sa.CheckConstraint('length(remarks) <= 20000', name=op.f('ck_merchant_remarks_length')),
    sa.CheckConstraint('length(uscc) <= 200', name=op.f('ck_merchant_uscc_length')),
    sa.CheckConstraint('longitude IS NULL OR longitude BETWEEN -180 AND 180', name=op.f('ck_merchant_longitude_range')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_merchant_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merchant')),
    sa.UniqueConstraint('mid', name=op.f('uq_merchant_mid')),
    sqlite_strict=True
    )
    with op.batch_alter_table('merchant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merchant_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merchant_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_merchant_phone'), ['phone'], unique=False)

    op.create_table('support_contact',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('languages', sa.Text(), nullable=False),
    sa.Column('prepare', sa.Text(), nullable=False),
    sa.Column('escalation', sa.Text(), nullable=False),
    sa.Column('acquirer_id', KEY, nullable=True),
    sa.Column('manufacturer_id', KEY, nullable=True),
    sa.Column('area_id', KEY, nullable=True),
    sa.Column('last_verified_on', DAY, nullable=True),
    sa.Column('answered_by', sa.Text(), nullable=False),
    sa.Column('active', FLAG, nullable=False),
    sa.CheckConstraint("role IN ('supplier', 'acquirer', 'issuer', 'carrier', 'manufacturer', 'internal', 'police')", name=op.f('ck_support_contact_role')),
    sa.CheckConstraint('length(email) <= 200', name=op.f('ck_support_contact_email_length')),
    sa.CheckConstraint('length(escalation) <= 20000', name=op.f('ck_support_contact_escalation_length')),
    sa.CheckConstraint('length(hours) <= 200', name=op.f('ck_support_contact_hours_length')),
    sa.CheckConstraint('length(languages) <= 200', name=op.f('ck_support_contact_languages_length')),
    sa.CheckConstraint('length(organisation) <= 200', name=op.f('ck_support_contact_organisation_length')),
    sa.CheckConstraint('length(organisation) > 0', name=op.f('ck_support_contact_organisation_given')),
    sa.CheckConstraint('length(phone) <= 200', name=op.f('ck_support_contact_phone_length')),
    sa.CheckConstraint('length(prepare) <= 20000', name=op.f('ck_support_contact_prepare_length')),
    sa.ForeignKeyConstraint(['acquirer_id'], ['acquirer.id'], name=op.f('fk_support_contact_acquirer_id')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_support_contact_area_id')),
    sa.ForeignKeyConstraint(['manufacturer_id'], ['manufacturer.id'], name=op.f('fk_support_contact_manufacturer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_contact')),
    sqlite_strict=True
    )
    with op.batch_alter_table('support_contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_contact_acquirer_id'), ['acquirer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_support_contact_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_support_contact_manufacturer_id'), ['manufacturer_id'], unique=False)

    op.create_table('technician_area',
    sa.Column('id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=False),
    sa.Column('area_id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_technician_area_area_id')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_technician_area_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_technician_area')),
    sa.UniqueConstraint('technician_id', 'area_id', name=op.f('uq_technician_area_technician_id_area_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('technician_area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_technician_area_area_id'), ['area_id'], unique=False)

    op.create_table('terminal_model',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('manufacturer_id', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('code_profile', sa.Text(), nullable=False),
    sa.Column('required_firmware', sa.Text(), nullable=False),
    sa.Column('pts_version', sa.Text(), nullable=False),
    sa.Column('pts_expires_on', DAY, nullable=True),
    sa.Column('battery_life_months', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('smart', 'traditional', 'esign', 'mpos', 'scan_box', 'pinpad', 'other')", name=op.f('ck_terminal_model_kind')),
    sa.CheckConstraint('battery_life_months IS NULL OR battery_life_months BETWEEN 1 AND 240', name=op.f('ck_terminal_model_battery_life_months_range')),
    sa.CheckConstraint('length(code_profile) <= 200', name=op.f('ck_terminal_model_code_profile_length')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_terminal_model_name_length')),
    sa.CheckConstraint('length(pts_version) <= 200', name=op.f('ck_terminal_model_pts_version_length')),
    sa.CheckConstraint('length(required_firmware) <= 200', name=op.f('ck_terminal_model_required_firmware_length')),
    sa.ForeignKeyConstraint(['manufacturer_id'], ['manufacturer.id'], name=op.f('fk_terminal_model_manufacturer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terminal_model')),
    sa.UniqueConstraint('manufacturer_id', 'name', name=op.f('uq_terminal_model_manufacturer_id_name')),
    sqlite_strict=True
    )
    op.create_table('terminal',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Text(), nullable=False),
    sa.Column('serial_key', sa.Text(), nullable=False),
    sa.Column('model_id', KEY, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('firmware', sa.Text(), nullable=False),
    sa.Column('app_version', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=False),
    sa.Column('iccid', sa.Text(), nullable=False),
    sa.Column('imei', sa.Text(), nullable=False),
    sa.Column('seal_no', sa.Text(), nullable=False),
    sa.Column('installed_on', DAY, nullable=True),
    sa.Column('warranty_until', DAY, nullable=True),
    sa.Column('remarks', sa.Text(), nullable=False),
    sa.CheckConstraint("link IN ('2g', '4g', '5g', 'wifi', 'wired', 'dial_up', 'bluetooth', 'unknown')", name=op.f('ck_terminal_link')),
    sa.CheckConstraint("state IN ('in_service', 'in_repair', 'spare', 'suspended', 'retired')", name=op.f('ck_terminal_state')),
    sa.CheckConstraint('length(app_version) <= 200', name=op.f('ck_terminal_app_version_length')),
    sa.CheckConstraint('length(firmware) <= 200', name=op.f('ck_terminal_firmware_length')),
    sa.CheckConstraint('length(iccid) <= 200', name=op.f('ck_terminal_iccid_length')),
    sa.CheckConstraint('length(imei) <= 200', name=op.f('ck_terminal_imei_length')),
    sa.CheckConstraint('length(remarks) <= 20000', name=op.f('ck_terminal_remarks_length')),
    sa.CheckConstraint('length(seal_no) <= 200', name=op.f('ck_terminal_seal_no_length')),
    sa.CheckConstraint('length(serial) <= 200', name=op.f('ck_terminal_serial_length')),
    sa.CheckConstraint('length(serial_key) <= 200', name=op.f('ck_terminal_serial_key_length')),
    sa.CheckConstraint('serial_key = upper(serial)', name=op.f('ck_terminal_serial_key')),
    sa.ForeignKeyConstraint(['model_id'], ['terminal_model.id'], name=op.f('fk_terminal_model_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terminal')),
    sa.UniqueConstraint('serial_key', name=op.f('uq_terminal_serial_key')),
    sqlite_strict=True
    )
    with op.batch_alter_table('terminal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terminal_model_id'), ['model_id'], unique=False)
        batch_op.create_index('ix_terminal_state_serial_key', ['state', 'serial_key'], unique=False)

    op.create_table('incident',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('terminal_id', KEY, nullable=True),
    sa.Column('merchant_id', KEY, nullable=True),
    sa.Column('tid', sa.Text(), nullable=False),
    sa.Column('unknown_serial', sa.Text(), nullable=False),
    sa.Column('displayed_code', sa.Text(), nullable=False),
    sa.Column('code_profile', sa.Text(), nullable=False),
    sa.Column('symptom', sa.Text(), nullable=False),
    sa.Column('detection', sa.Text(), nullable=False),
    sa.Column('impact', sa.Text(), nullable=False),
    sa.Column('urgency', sa.Text(), nullable=False),
    sa.Column('priority', sa.Text(), nullable=False),
    sa.Column('reporter_name', sa.Text(), nullable=False),
    sa.Column('reporter_phone', sa.Text(), nullable=False),
    sa.Column('reported_at', MOMENT, nullable=False),
    sa.Column('response_due_at', MOMENT, nullable=False),
    sa.Column('resolve_due_at', MOMENT, nullable=False),
    sa.Column('promised_at', MOMENT, nullable=True),
    sa.Column('down_from', MOMENT, nullable=True),
    sa.Column('restored_at', MOMENT, nullable=True),
    sa.Column('resolved_at', MOMENT, nullable=True),
    sa.Column('closed_at', MOMENT, nullable=True),
    sa.Column('technician_id', KEY, nullable=True),
    sa.Column('provisional_class', sa.Text(), nullable=True),
    sa.Column('provisional_share', REAL, nullable=True),
    sa.Column('confirmed_class', sa.Text(), nullable=True),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('remedy', sa.Text(), nullable=False),
    sa.Column('other_text', sa.Text(), nullable=False),
    sa.Column('work_done', sa.Text(), nullable=False),
    sa.Column('advice', sa.Text(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('item_failure', FLAG, nullable=False),
    sa.Column('firmware_before', sa.Text(), nullable=False),
    sa.Column('firmware_after', sa.Text(), nullable=False),
    sa.Column('waiting_reference', sa.Text(), nullable=False),
    sa.Column('fee_cents', sa.Integer(), nullable=False),
    sa.Column('hold_reason', sa.Text(), nullable=True),
    sa.Column('hold_expected_on', DAY, nullable=True),
    sa.Column('confirmation', sa.Text(), nullable=True),
    sa.Column('confirmed_by', sa.Text(), nullable=False),
    sa.Column('closing_remark', sa.Text(), nullable=False),
    sa.Column('satisfaction', sa.Text(), nullable=False),
    sa.Column('reopen_count', sa.Integer(), nullable=False),
    sa.Column('repeat_of_id', KEY, nullable=True),
    sa.Column('duplicate_of_id', KEY, nullable=True),
    sa.Column('visit_id', sa.Text(), nullable=True),
    sa.Column('handed_to', sa.Text(), nullable=True),
    sa.CheckConstraint("(state = 'on_hold') = (hold_reason IS NOT NULL)", name=op.f('ck_incident_hold')),
    sa.CheckConstraint("confirmation IS NULL OR confirmation IN ('signed', 'by_phone', 'refused', 'absent')", name=op.f('ck_incident_confirmation')),
    sa.CheckConstraint("confirmed_class IS NULL OR confirmed_class IN ('hardware', 'software', 'network', 'operation', 'violation', 'balance', 'frozen', 'system', 'other')", name=op.f('ck_incident_confirmed_class')),
    sa.CheckConstraint("detection IN ('merchant_call', 'on_site', 'inspection', 'monitoring', 'acquirer_notice', 'warning')", name=op.f('ck_incident_detection')),
    sa.CheckConstraint("handed_to IS NULL OR handed_to IN ('supplier', 'acquirer', 'issuer', 'carrier', 'manufacturer', 'internal', 'police')", name=op.f('ck_incident_handed_to')),
    sa.CheckConstraint("hold_reason IS NULL OR hold_reason IN ('parts', 'merchant_absent', 'carrier', 'issuer_acquirer', 'vendor_rma', 'access', 'other')", name=op.f('ck_incident_hold_reason')),
    sa.CheckConstraint("impact IN ('stopped', 'partly', 'trading')", name=op.f('ck_incident_impact')),
    sa.CheckConstraint("priority IN ('p1', 'p2', 'p3', 'p4')", name=op.f('ck_incident_priority')),
    sa.CheckConstraint("provisional_class IS NULL OR provisional_class IN ('hardware', 'software', 'network', 'operation', 'violation', 'balance', 'frozen', 'system', 'other')", name=op.f('ck_incident_provisional_class')),
    sa.CheckConstraint("result IS NULL OR result IN ('solved', 'workshop', 'waiting', 'unsolved')", name=op.f('ck_incident_result')),
    sa.CheckConstraint("state IN ('new', 'triaged', 'assigned', 'in_progress', 'on_hold', 'resolved', 'closed', 'cancelled', 'duplicate')", name=op.f('ck_incident_state')),
    sa.CheckConstraint("terminal_id IS NOT NULL OR unknown_serial <> ''", name=op.f('ck_incident_about')),
    sa.CheckConstraint("urgency IN ('high', 'normal', 'low')", name=op.f('ck_incident_urgency')),
    sa.CheckConstraint('length(advice) <= 20000', name=op.f('ck_incident_advice_length')),
    sa.CheckConstraint('length(cause) <= 200', name=op.f('ck_incident_cause_length')),
    sa.CheckConstraint('length(closing_remark) <= 20000', name=op.f('ck_incident_closing_remark_length')),
    sa.CheckConstraint('length(code_profile) <= 200', name=op.f('ck_incident_code_profile_length')),
    sa.CheckConstraint('length(confirmed_by) <= 200', name=op.f('ck_incident_confirmed_by_length')),
    sa.CheckConstraint('length(displayed_code) <= 200', name=op.f('ck_incident_displayed_code_length')),
    sa.CheckConstraint('length(firmware_after) <= 200', name=op.f('ck_incident_firmware_after_length')),
    sa.CheckConstraint('length(firmware_before) <= 200', name=op.f('ck_incident_firmware_before_length')),
    sa.CheckConstraint('length(mode) <= 200', name=op.f('ck_incident_mode_length')),
    sa.CheckConstraint('length(number) <= 200', name=op.f('ck_incident_number_length')),
    sa.CheckConstraint('length(other_text) <= 20000', name=op.f('ck_incident_other_text_length')),
    sa.CheckConstraint('length(remedy) <= 200', name=op.f('ck_incident_remedy_length')),
    sa.CheckConstraint('length(reporter_name) <= 200', name=op.f('ck_incident_reporter_name_length')),
    sa.CheckConstraint('length(reporter_phone) <= 200', name=op.f('ck_incident_reporter_phone_length')),
    sa.CheckConstraint('length(satisfaction) <= 200', name=op.f('ck_incident_satisfaction_length')),
    sa.CheckConstraint('length(symptom) <= 20000', name=op.f('ck_incident_symptom_length')),
    sa.CheckConstraint('length(tid) <= 200', name=op.f('ck_incident_tid_length')),
    sa.CheckConstraint('length(unknown_serial) <= 200', name=op.f('ck_incident_unknown_serial_length')),
    sa.CheckConstraint('length(waiting_reference) <= 20000', name=op.f('ck_incident_waiting_reference_length')),
    sa.CheckConstraint('length(work_done) <= 20000', name=op.f('ck_incident_work_done_length')),
    sa.CheckConstraint('provisional_share IS NULL OR provisional_share BETWEEN 0 AND 1', name=op.f('ck_incident_provisional_share_range')),
    sa.CheckConstraint('restored_at IS NULL OR down_from IS NULL OR restored_at >= down_from', name=op.f('ck_incident_restored_after_down')),
    sa.ForeignKeyConstraint(['duplicate_of_id'], ['incident.id'], name=op.f('fk_incident_duplicate_of_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_incident_merchant_id')),
    sa.ForeignKeyConstraint(['repeat_of_id'], ['incident.id'], name=op.f('fk_incident_repeat_of_id')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_incident_technician_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_incident_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident')),
    sa.UniqueConstraint('number', name=op.f('uq_incident_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_confirmed_class'), ['confirmed_class'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_displayed_code'), ['displayed_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_merchant_id'), ['merchant_id'], unique=False)
        batch_op.create_index('ix_incident_reported_at_id', ['reported_at', 'id'], unique=False)
        batch_op.create_index('ix_incident_state_resolve_due_at', ['state', 'resolve_due_at'], unique=False)
        batch_op.create_index('ix_incident_technician_id_state', ['technician_id', 'state'], unique=False)
        batch_op.create_index('ix_incident_terminal_id_reported_at', ['terminal_id', 'reported_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_tid'), ['tid'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_visit_id'), ['visit_id'], unique=False)

    op.create_table('placement',
    sa.Column('id', KEY, nullable=False),
    sa.Column('terminal_id', KEY, nullable=False),
    sa.Column('merchant_id', KEY, nullable=False),
    sa.Column('acquirer_id', KEY, nullable=True),
    sa.Column('tid', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('latitude', REAL, nullable=True),
    sa.Column('longitude', REAL, nullable=True),
    sa.Column('since', MOMENT, nullable=False),
    sa.Column('until', MOMENT, nullable=True),
    sa.Column('ended_because', sa.Text(), nullable=False),
    sa.Column('replaced_by_id', KEY, nullable=True),
    sa.CheckConstraint('latitude IS NULL OR latitude BETWEEN -90 AND 90', name=op.f('ck_placement_latitude_range')),
    sa.CheckConstraint('length(address) <= 200', name=op.f('ck_placement_address_length')),
    sa.CheckConstraint('length(ended_because) <= 200', name=op.f('ck_placement_ended_because_length')),
    sa.CheckConstraint('length(tid) <= 200', name=op.f('ck_placement_tid_length')),
    sa.CheckConstraint('longitude IS NULL OR longitude BETWEEN -180 AND 180', name=op.f('ck_placement_longitude_range')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_placement_order')),
    sa.ForeignKeyConstraint(['acquirer_id'], ['acquirer.id'], name=op.f('fk_placement_acquirer_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_placement_merchant_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['placement.id'], name=op.f('fk_placement_replaced_by_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_placement_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sqlite_strict=True
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_acquirer_id'), ['acquirer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_merchant_id'), ['merchant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_terminal_id'), ['terminal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_tid'), ['tid'], unique=False)
        batch_op.create_index('uq_placement_terminal_open', ['terminal_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.create_index('uq_placement_tid_open', ['tid'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('terminal_event',
    sa.Column('id', KEY, nullable=False),
    sa.Column('terminal_id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_terminal_event_actor_length')),
    sa.CheckConstraint('length(detail) <= 20000', name=op.f('ck_terminal_event_detail_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_terminal_event_device_length')),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_terminal_event_kind_length')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_terminal_event_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terminal_event')),
    sqlite_strict=True
    )
    with op.batch_alter_table('terminal_event', schema=None) as batch_op:
        batch_op.create_index('ix_terminal_event_terminal_id_at', ['terminal_id', 'at'], unique=False)

    op.create_table('diagnosis',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('knowledge_hash', sa.Text(), nullable=False),
    sa.Column('trail', DOCUMENT, nullable=False),
    sa.CheckConstraint('length(knowledge_hash) <= 200', name=op.f('ck_diagnosis_knowledge_hash_length')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_diagnosis_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_diagnosis')),
    sqlite_strict=True
    )
    with op.batch_alter_table('diagnosis', schema=None) as batch_op:
        batch_op.create_index('ix_diagnosis_incident_id_at', ['incident_id', 'at'], unique=False)

    op.create_table('incident_event',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('from_state', sa.Text(), nullable=True),
    sa.Column('to_state', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.CheckConstraint("action IN ('report', 'triage', 'assign', 'start', 'hold', 'resume', 'resolve', 'close', 'reopen', 'cancel', 'mark_duplicate', 'edit', 'handover', 'addendum', 'swap')", name=op.f('ck_incident_event_action')),
    sa.CheckConstraint("from_state IS NULL OR from_state IN ('new', 'triaged', 'assigned', 'in_progress', 'on_hold', 'resolved', 'closed', 'cancelled', 'duplicate')", name=op.f('ck_incident_event_from_state')),
    sa.CheckConstraint("to_state IS NULL OR to_state IN ('new', 'triaged', 'assigned', 'in_progress', 'on_hold', 'resolved', 'closed', 'cancelled', 'duplicate')", name=op.f('ck_incident_event_to_state')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_incident_event_actor_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_incident_event_device_length')),
    sa.CheckConstraint('length(reason) <= 200', name=op.f('ck_incident_event_reason_length')),
    sa.CheckConstraint('length(remark) <= 20000', name=op.f('ck_incident_event_remark_length')),
    sa.CheckConstraint('seq >= 1', name=op.f('ck_incident_event_seq')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_event_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_event')),
    sa.UniqueConstraint('incident_id', 'seq', name=op.f('uq_incident_event_incident_id_seq')),
    sqlite_strict=True
    )
    with op.batch_alter_table('incident_event', schema=None) as batch_op:
        batch_op.create_index('ix_incident_event_at', ['at'], unique=False)

    op.create_table('incident_test',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('item', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('slip_no', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome IN ('passed', 'failed', 'na')", name=op.f('ck_incident_test_outcome')),
    sa.CheckConstraint("part IN ('function', 'security')", name=op.f('ck_incident_test_part')),
    sa.CheckConstraint('length(item) <= 200', name=op.f('ck_incident_test_item_length')),
    sa.CheckConstraint('length(slip_no) <= 200', name=op.f('ck_incident_test_slip_no_length')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_test_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_test')),
    sa.UniqueConstraint('incident_id', 'part', 'item', name=op.f('uq_incident_test_incident_id_part_item')),
    sqlite_strict=True
    )
    op.create_table('part_used',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('part_no', sa.Text(), nullable=False),
    sa.Column('old_serial', sa.Text(), nullable=False),
    sa.Column('new_serial', sa.Text(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price_cents', sa.Integer(), nullable=False),
    sa.Column('in_warranty', FLAG, nullable=False),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_part_used_name_length')),
    sa.CheckConstraint('length(new_serial) <= 200', name=op.f('ck_part_used_new_serial_length')),
    sa.CheckConstraint('length(old_serial) <= 200', name=op.f('ck_part_used_old_serial_length')),
    sa.CheckConstraint('length(part_no) <= 200', name=op.f('ck_part_used_part_no_length')),
    sa.CheckConstraint('quantity IS NULL OR quantity BETWEEN 1 AND 999', name=op.f('ck_part_used_quantity_range')),
    sa.CheckConstraint('unit_price_cents IS NULL OR unit_price_cents BETWEEN 0 AND 100000000', name=op.f('ck_part_used_unit_price_cents_range')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_part_used_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_part_used')),
    sqlite_strict=True
    )
    with op.batch_alter_table('part_used', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_part_used_incident_id'), ['incident_id'], unique=False)

    op.create_table('work_entry',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('check_id', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('check', 'measure', 'travel', 'wait', 'contact', 'note')", name=op.f('ck_work_entry_kind')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_work_entry_actor_length')),
    sa.CheckConstraint('length(check_id) <= 200', name=op.f('ck_work_entry_check_id_length')),
    sa.CheckConstraint('length(outcome) <= 20000', name=op.f('ck_work_entry_outcome_length')),
    sa.CheckConstraint('length(summary) <= 20000', name=op.f('ck_work_entry_summary_length')),
    sa.CheckConstraint('minutes IS NULL OR minutes BETWEEN 0 AND 1440', name=op.f('ck_work_entry_minutes_range')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_work_entry_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_entry')),
    sqlite_strict=True
    )
    with op.batch_alter_table('work_entry', schema=None) as batch_op:
        batch_op.create_index('ix_work_entry_incident_id_at', ['incident_id', 'at'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_fts USING fts5(tokens, content='', contentless_delete=1)"
        )
    else:
        op.execute(
            "CREATE INDEX ix_search_document_tokens ON search_document"
            " USING gin (to_tsvector('simple', tokens))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")
    else:
        op.execute("DROP INDEX ix_search_document_tokens")
    with op.batch_alter_table('work_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_work_entry_incident_id_at')

    op.drop_table('work_entry')
    with op.batch_alter_table('part_used', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_part_used_incident_id'))

    op.drop_table('part_used')
    op.drop_table('incident_test')
    with op.batch_alter_table('incident_event', schema=None) as batch_op:
        batch_op.drop_index('ix_incident_event_at')

    op.drop_table('incident_event')
    with op.batch_alter_table('diagnosis', schema=None) as batch_op:
        batch_op.drop_index('ix_diagnosis_incident_id_at')

    op.drop_table('diagnosis')
    with op.batch_alter_table('terminal_event', schema=None) as batch_op:
        batch_op.drop_index('ix_terminal_event_terminal_id_at')

    op.drop_table('terminal_event')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index('uq_placement_tid_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_index('uq_placement_terminal_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_index(batch_op.f('ix_placement_tid'))
        batch_op.drop_index(batch_op.f('ix_placement_terminal_id'))
        batch_op.drop_index(batch_op.f('ix_placement_merchant_id'))
        batch_op.drop_index(batch_op.f('ix_placement_acquirer_id'))

    op.drop_table('placement')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_visit_id'))
        batch_op.drop_index(batch_op.f('ix_incident_tid'))
        batch_op.drop_index('ix_incident_terminal_id_reported_at')
        batch_op.drop_index('ix_incident_technician_id_state')
        batch_op.drop_index('ix_incident_state_resolve_due_at')
        batch_op.drop_index('ix_incident_reported_at_id')
        batch_op.drop_index(batch_op.f('ix_incident_merchant_id'))
        batch_op.drop_index(batch_op.f('ix_incident_displayed_code'))
        batch_op.drop_index(batch_op.f('ix_incident_confirmed_class'))

    op.drop_table('incident')
    with op.batch_alter_table('terminal', schema=None) as batch_op:
        batch_op.drop_index('ix_terminal_state_serial_key')
        batch_op.drop_index(batch_op.f('ix_terminal_model_id'))

    op.drop_table('terminal')
    op.drop_table('terminal_model')
    with op.batch_alter_table('technician_area', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_technician_area_area_id'))

    op.drop_table('technician_area')
    with op.batch_alter_table('support_contact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_contact_manufacturer_id'))
        batch_op.drop_index(batch_op.f('ix_support_contact_area_id'))
        batch_op.drop_index(batch_op.f('ix_support_contact_acquirer_id'))

    op.drop_table('support_contact')
    with op.batch_alter_table('merchant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merchant_phone'))
        batch_op.drop_index(batch_op.f('ix_merchant_name'))
        batch_op.drop_index(batch_op.f('ix_merchant_area_id'))

    op.drop_table('merchant')
    op.drop_table('technician')
    op.drop_table('search_document')
    op.drop_table('manufacturer')
    op.drop_table('import_run')
    op.drop_table('form_draft')
    op.drop_table('counter')
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_area_parent_id'))

    op.drop_table('area')
    op.drop_table('app_state')
    op.drop_table('acquirer')
