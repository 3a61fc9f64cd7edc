#pragma once
#include <libpq-fe.h>

// Swift does not import character macros; these are the fields of an error that Coppice reads.
static const int coppice_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int coppice_diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int coppice_diag_message_detail = PG_DIAG_MESSAGE_DETAIL;
static const int coppice_diag_message_hint = PG_DIAG_MESSAGE_HINT;
static const int coppice_diag_constraint_name = PG_DIAG_CONSTRAINT_NAME;
static const int coppice_diag_statement_position = PG_DIAG_STATEMENT_POSITION;
static const int coppice_diag_context = PG_DIAG_CONTEXT;
static const int coppice_diag_source_function = PG_DIAG_SOURCE_FUNCTION;
