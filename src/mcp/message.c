#include "mcp/message.h"

#include "base/str.h"

#include <string.h>

static const char *const legacy[] = { "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05" };

bool
message_version_is_legacy(const char *version)
{
	for (size_t i = 0; i < LEN(legacy); i++) {
		if (str_eq(legacy[i], version))
			return true;
	}
	return false;
}

const char *
message_legacy_version(const char *requested)
{
	return message_version_is_legacy(requested) ? requested : MCP_LEGACY_LATEST;
}

static void
bad(struct message *m, enum rpc_code code, const char *why)
{
	m->kind = MESSAGE_BAD;
	m->code = code;
	m->why = why;
}

void
message_read(json *root, struct message *m)
{
	json *id = json_get(root, "id"), *method = json_get(root, "method"), *params = json_get(root, "params");

	*m = (struct message){ .kind = MESSAGE_REQUEST };
	if (!yyjson_is_obj(root)) {
		bad(m, RPC_INVALID_REQUEST, yyjson_is_arr(root) ? "Batches are not part of this protocol revision." :
		    "A message must be a JSON object.");
		return;
	}
	if (id != NULL && !yyjson_is_str(id) && !yyjson_is_int(id)) {
		bad(m, RPC_INVALID_REQUEST, "id must be a string or an integer.");
		return;
	}
	m->id = id;
	if (!str_eq(json_get_str(root, "jsonrpc"), "2.0")) {
		bad(m, RPC_INVALID_REQUEST, "jsonrpc must be \"2.0\".");
		return;
	}
	if (method == NULL && id != NULL && (json_get(root, "result") != NULL || json_get(root, "error") != NULL)) {
		m->kind = MESSAGE_RESPONSE;
		m->result = json_get(root, "result");
		m->error = json_get(root, "error");
		return;
	}
	if (!yyjson_is_str(method)) {
		bad(m, RPC_INVALID_REQUEST, "method must be a string.");
		return;
	}
	if (params != NULL && !yyjson_is_obj(params)) {
		bad(m, RPC_INVALID_PARAMS, "params must be an object.");
		return;
	}
	m->method = json_str(method);
	m->params = params;
	m->meta = json_get(params, "_meta");
	m->modern = json_get(m->meta, "io.modelcontextprotocol/protocolVersion") != NULL;
	if (id == NULL)
		m->kind = MESSAGE_NOTIFICATION;
}

bool
message_same_id(json *a, json *b)
{
	if (yyjson_is_str(a) && yyjson_is_str(b))
		return yyjson_equals_strn(a, yyjson_get_str(b), yyjson_get_len(b));
	return yyjson_is_int(a) && yyjson_is_int(b) && yyjson_get_type(a) == yyjson_get_type(b) &&
	    yyjson_get_sint(a) == yyjson_get_sint(b);
}

static void
head(struct jw *w, json *id)
{
	jw_obj(w);
	jw_str(w, "jsonrpc", "2.0");
	if (id != NULL)
		jw_value(w, "id", id);
}

void
message_result_begin(struct jw *w, json *id)
{
	head(w, id);
	jw_obj_in(w, "result");
}

void
message_result_end(struct jw *w)
{
	jw_end(w);
	jw_end(w);
}

void
message_note_begin(struct jw *w, const char *method)
{
	head(w, NULL);
	jw_str(w, "method", method);
	jw_obj_in(w, "params");
}

void
message_note_end(struct jw *w)
{
	jw_end(w);
	jw_end(w);
}

void
message_error(struct jw *w, json *id, enum rpc_code code, const char *text, const char *data)
{
	head(w, id);
	jw_obj_in(w, "error");
	jw_int(w, "code", code);
	jw_str(w, "message", text);
	if (data != NULL) {
		jw_key(w, "data");
		jw_raw(w, data, strlen(data));
	}
	jw_end(w);
	jw_end(w);
}
