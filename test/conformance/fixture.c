/*
 * The server that the official conformance suite asks for: the protocol objects of
 * src/mcp with another provider behind them. Its tools, resources and prompts are the
 * fixtures that the suite names; each is a row below, with what it answers, asks or does.
 *
 *	fixture			MCP on standard input and output
 *	fixture --http PORT	Streamable HTTP on loopback (0: any free port); prints its address
 */
#include "base/str.h"
#include "mcp/http.h"
#include "mcp/stdio.h"
#include "net/loop_signals.h"
#include "store/seal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAUSE_MS = 50, DRAIN_MS = 1000, MAX_TEXT = 16 * 1024 * 1024, MAX_QUESTIONS = 3 };

#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC"	/* a red dot */
#define WAV "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="				/* silence */
#define IMAGE "{\"type\":\"image\",\"data\":\"" PNG "\",\"mimeType\":\"image/png\"}"

struct fixture {
	struct mcp_server *server;
};

struct question {
	int round;		/* those of one round are asked together */
	const char *key, *method;
	const char *params;	/* "$name" stands for the argument of that name */
};

struct use {			/* of a tool */
	struct fixture *fixture;
	const struct mcp_info *info;
	json *args;
	struct jw *w;
};

struct tool {
	const char *name, *doc;
	const char *schema;			/* NULL: no arguments */
	const char *content;			/* the elements of content, without any further ado */
	const struct question *ask;		/* ends with a round of 0 */
	bool only_declared;			/* leaves out what the client did not declare */
	const char *reply;			/* begins the text after the last answer, or is the whole of it */
	int (*run)(struct call *, const struct use *);
	bool is_error;
	bool writes;				/* so what it asks is good for once only */
};

#define ELICIT(message, properties, required) "{\"message\":" message ",\"requestedSchema\":{\"type\":\"object\"," \
	"\"properties\":{" properties "},\"required\":[" required "]}}"
#define SAMPLE(text, tokens) "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":" text "}}]," \
	"\"maxTokens\":" tokens "}"
#define ASK(...) (const struct question[]){ __VA_ARGS__, { 0, NULL, NULL, NULL } }

#define ASK_NAME { 1, "user_name", "elicitation/create", \
	ELICIT("\"What is your name?\"", "\"name\":{\"type\":\"string\"}", "\"name\"") }
#define ASK_ROOTS { 1, "client_roots", "roots/list", "{}" }
#define ASK_CONFIRM { 1, "confirm", "elicitation/create", \
	ELICIT("\"Please confirm\"", "\"ok\":{\"type\":\"boolean\"}", "\"ok\"") }

static int
with_progress(struct call *c, const struct use *u)
{
	(void)u;
	for (int done = 0; done <= 100; done += 50) {
		if (c->progress != NULL)
			c->progress(c, done, 100, NULL);
		if (done < 100 && call_sleep(c, PAUSE_MS) == -1)
			return -1;
	}
	return 0;
}

static int
with_logging(struct call *c, const struct use *u)
{
	static const char *const lines[] = { "\"Tool execution started\"", "\"Tool processing data\"", "\"Tool execution completed\"" };

	(void)u;
	for (size_t i = 0; i < LEN(lines); i++) {
		if (c->client_log != NULL)
			c->client_log(c, "info", "fixture", lines[i]);
		if (i + 1 < LEN(lines) && call_sleep(c, PAUSE_MS) == -1)
			return -1;
	}
	return 0;
}

static int
tools_changed(struct call *c, const struct use *u)
{
	(void)c;
	mcp_server_notify(u->fixture->server, NEWS_TOOLS, NULL);
	return 0;
}

static int
prompts_changed(struct call *c, const struct use *u)
{
	(void)c;
	mcp_server_notify(u->fixture->server, NEWS_PROMPTS, NULL);
	return 0;
}

static const struct tool tools[] = {
	{ .name = "test_simple_text", .doc = "Answers with a text.",	/* first: the suite calls the first tool with {} */
		.reply = "This is a simple text response for testing." },
	{ .name = "test_image_content", .doc = "Answers with an image.", .content = IMAGE },
	{ .name = "test_audio_content", .doc = "Answers with a sound.",
		.content = "{\"type\":\"audio\",\"data\":\"" WAV "\",\"mimeType\":\"audio/wav\"}" },
	{ .name = "test_embedded_resource", .doc = "Answers with a resource.",
		.content = "{\"type\":\"resource\",\"resource\":{\"uri\":\"test://embedded-resource\",\"mimeType\":\"text/plain\","
		    "\"text\":\"This is an embedded resource content.\"}}" },
	{ .name = "test_multiple_content_types", .doc = "Answers with a text, an image and a resource.",
		.content = "{\"type\":\"text\",\"text\":\"Multiple content types test:\"}," IMAGE ","
		    "{\"type\":\"resource\",\"resource\":{\"uri\":\"test://mixed-content-resource\",\"mimeType\":\"application/json\","
		    "\"text\":\"{\\\"test\\\":\\\"data\\\",\\\"value\\\":123}\"}}" },
	{ .name = "test_error_handling", .doc = "Always fails.", .is_error = true,
		.reply = "This tool intentionally returns an error for testing" },
	{ .name = "test_tool_with_progress", .doc = "Reports 0, 50 and 100 of 100.", .run = with_progress, .reply = "All 100 done." },
	{ .name = "test_tool_with_logging", .doc = "Writes three log messages.", .run = with_logging, .reply = "Three lines were logged." },
	{ .name = "test_logging_tool", .doc = "Writes log messages to those who want them.", .run = with_logging,
		.reply = "Logged for those who want it." },
	{ .name = "test_reconnection", .doc = "Answers after a moment.", .run = with_progress, .reply = "Here is the answer." },
	{ .name = "test_trigger_tool_change", .doc = "Says that the list of tools changed.", .run = tools_changed, .reply = "Said so." },
	{ .name = "test_trigger_prompt_change", .doc = "Says that the list of prompts changed.", .run = prompts_changed,
		.reply = "Said so." },
	{ .name = "json_schema_2020_12_tool", .doc = "Has a schema with the vocabulary of JSON Schema 2020-12.",
		.schema = "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
		    "\"$defs\":{\"address\":{\"$anchor\":\"place\",\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}},"
		    "\"properties\":{\"name\":{\"type\":\"string\"},\"address\":{\"$ref\":\"#/$defs/address\"},"
		    "\"by\":{\"type\":\"string\",\"enum\":[\"phone\",\"email\"]},\"phone\":{\"type\":\"string\"},"
		    "\"email\":{\"type\":\"string\"}},\"allOf\":[{\"anyOf\":[{\"required\":[\"phone\"]},{\"required\":[\"email\"]}]}],"
		    "\"if\":{\"properties\":{\"by\":{\"const\":\"phone\"}},\"required\":[\"by\"]},"
		    "\"then\":{\"required\":[\"phone\"]},\"else\":{\"required\":[\"email\"]},\"additionalProperties\":false}",
		.reply = "Its schema is what counts." },
	{ .name = "test_x_mcp_header", .doc = "Has a parameter that clients repeat in a header.",
		.schema = "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}},"
		    "\"required\":[\"region\"],\"additionalProperties\":false}",
		.reply = "The region was the same in both places." },

	/* questions: to legacy clients */
	{ .name = "test_sampling", .doc = "Asks the client's model.",
		.schema = "{\"type\":\"object\",\"properties\":{\"prompt\":{\"type\":\"string\"}},\"required\":[\"prompt\"]}",
		.ask = ASK({ 1, "sample", "sampling/createMessage", SAMPLE("\"$prompt\"", "100") }), .reply = "LLM response:" },
	{ .name = "test_elicitation", .doc = "Asks the user for name and address.",
		.schema = "{\"type\":\"object\",\"properties\":{\"message\":{\"type\":\"string\"}},\"required\":[\"message\"]}",
		.ask = ASK({ 1, "user", "elicitation/create", ELICIT("\"$message\"",
		    "\"username\":{\"type\":\"string\",\"description\":\"User's response\"},"
		    "\"email\":{\"type\":\"string\",\"description\":\"User's email address\"}", "\"username\",\"email\"") }),
		.reply = "User response:" },
	{ .name = "test_elicitation_sep1034_defaults", .doc = "Asks with a default for every primitive type.",
		.ask = ASK({ 1, "defaults", "elicitation/create", ELICIT("\"Please check these values\"",
		    "\"name\":{\"type\":\"string\",\"default\":\"John Doe\"},\"age\":{\"type\":\"integer\",\"default\":30},"
		    "\"score\":{\"type\":\"number\",\"default\":95.5},\"status\":{\"type\":\"string\","
		    "\"enum\":[\"active\",\"inactive\",\"pending\"],\"default\":\"active\"},"
		    "\"verified\":{\"type\":\"boolean\",\"default\":true}", "") }),
		.reply = "Elicitation completed:" },
	{ .name = "test_elicitation_sep1330_enums", .doc = "Asks with every kind of choice.",
		.ask = ASK({ 1, "enums", "elicitation/create", ELICIT("\"Please choose\"",
		    "\"untitledSingle\":{\"type\":\"string\",\"enum\":[\"option1\",\"option2\",\"option3\"]},"
		    "\"titledSingle\":{\"type\":\"string\",\"oneOf\":[{\"const\":\"value1\",\"title\":\"First Option\"},"
		    "{\"const\":\"value2\",\"title\":\"Second Option\"}]},"
		    "\"legacyEnum\":{\"type\":\"string\",\"enum\":[\"opt1\",\"opt2\"],\"enumNames\":[\"Option One\",\"Option Two\"]},"
		    "\"untitledMulti\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"option1\",\"option2\"]}},"
		    "\"titledMulti\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"const\":\"value1\",\"title\":\"First Choice\"},"
		    "{\"const\":\"value2\",\"title\":\"Second Choice\"}]}}", "") }),
		.reply = "Elicitation completed:" },

	/* questions: to modern clients */
	{ .name = "test_missing_capability", .doc = "Cannot do without the client's model.",
		.ask = ASK({ 1, "sample", "sampling/createMessage", SAMPLE("\"Say something\"", "10") }), .reply = "It said" },
	{ .name = "test_streaming_elicitation", .doc = "Reports progress and then asks.", .run = with_progress,
		.ask = ASK(ASK_NAME), .reply = "Hello" },
	{ .name = "test_input_required_result_elicitation", .doc = "Asks the user for a name.", .ask = ASK(ASK_NAME), .reply = "Hello" },
	{ .name = "test_input_required_result_sampling", .doc = "Asks the client's model.",
		.ask = ASK({ 1, "capital_question", "sampling/createMessage", SAMPLE("\"What is the capital of France?\"", "100") }),
		.reply = "The model says" },
	{ .name = "test_input_required_result_list_roots", .doc = "Asks for the client's roots.", .ask = ASK(ASK_ROOTS),
		.reply = "The roots are" },
	{ .name = "test_input_required_result_request_state", .doc = "Asks, and knows its own state again.", .ask = ASK(ASK_CONFIRM),
		.reply = "state-ok", .writes = true },
	{ .name = "test_input_required_result_multiple_inputs", .doc = "Asks three things at once.",
		.ask = ASK(ASK_NAME, { 1, "greeting", "sampling/createMessage", SAMPLE("\"Generate a greeting\"", "50") }, ASK_ROOTS),
		.reply = "All answers are there:", .writes = true },
	{ .name = "test_input_required_result_multi_round", .doc = "Asks twice, one after the other.",
		.ask = ASK({ 1, "step1", "elicitation/create",
		    ELICIT("\"Step 1: What is your name?\"", "\"name\":{\"type\":\"string\"}", "\"name\"") },
		    { 2, "step2", "elicitation/create",
		    ELICIT("\"Step 2: What is your favorite color?\"", "\"color\":{\"type\":\"string\"}", "\"color\"") }),
		.reply = "Both answers are there:", .writes = true },
	{ .name = "test_input_required_result_tampered_state", .doc = "Asks, and takes no state that is not its own.",
		.ask = ASK(ASK_CONFIRM), .reply = "Confirmed:", .writes = true },
	{ .name = "test_input_required_result_capabilities", .doc = "Asks only what the client declared.", .only_declared = true,
		.ask = ASK(ASK_NAME, { 1, "greeting", "sampling/createMessage", SAMPLE("\"Generate a greeting\"", "50") }),
		.reply = "The answers are" },
};

struct resource {
	const char *uri, *name, *doc, *mime;
	const char *text, *blob;
};

static const struct resource resources[] = {
	{ "test://static-text", "static-text", "A text.", "text/plain", "This is the content of the static text resource.", NULL },
	{ "test://static-binary", "static-binary", "An image.", "image/png", NULL, PNG },
	{ "test://watched-resource", "watched-resource", "One to subscribe to.", "text/plain", "Watched.", NULL },
};

static const char template_begin[] = "test://template/", template_end[] = "/data";

struct prompt {
	const char *name, *doc;
	const char *args[2];			/* all required */
	const char *messages;			/* contents, each a message of the user; "$name" as in questions */
	const struct question *ask;
};

#define TEXT(text) "{\"type\":\"text\",\"text\":" text "}"

static const struct prompt prompts[] = {
	{ .name = "test_simple_prompt", .doc = "A text.", .messages = TEXT("\"This is a simple prompt for testing.\"") },
	{ .name = "test_prompt_with_arguments", .doc = "Its two arguments.", .args = { "arg1", "arg2" },
		.messages = TEXT("\"Prompt with arguments\"") "\n" TEXT("\"$arg1\"") "\n" TEXT("\"$arg2\"") },
	{ .name = "test_prompt_with_embedded_resource", .doc = "A resource and a text.", .args = { "resourceUri", NULL },
		.messages = "{\"type\":\"resource\",\"resource\":{\"uri\":\"$resourceUri\",\"mimeType\":\"text/plain\","
		    "\"text\":\"Embedded resource content for testing.\"}}\n"
		    TEXT("\"Please process the embedded resource above.\"") },
	{ .name = "test_prompt_with_image", .doc = "An image and a text.",
		.messages = IMAGE "\n" TEXT("\"Please analyze the image above.\"") },
	{ .name = "test_input_required_result_prompt", .doc = "Asks before it answers.",
		.messages = TEXT("\"Use the context that the user gave.\""),
		.ask = ASK({ 1, "user_context", "elicitation/create",
		    ELICIT("\"What context should the prompt use?\"", "\"context\":{\"type\":\"string\"}", "\"context\"") }) },
};

/* text with every "$name" as the JSON of that argument. */
static const char *
fill(struct call *c, const char *text, json *args)
{
	const char *begin, *out;
	struct buf b;

	buf_init(&b, MAX_TEXT);
	while ((begin = strstr(text, "\"$")) != NULL) {
		size_t len = strcspn(begin + 2, "\"");
		json *v = json_get(args, arena_strndup(c->arena, begin + 2, len));

		buf_add(&b, text, (size_t)(begin - text));
		buf_adds(&b, json_str(v) != NULL ? json_text(c->arena, v, NULL) : "\"\"");
		text = begin + len + 3;
	}
	buf_adds(&b, text);
	out = buf_overflowed(&b) ? "null" : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return out;
}

static bool
declared(json *capabilities, const char *method)
{
	if (str_starts(method, "elicitation/"))
		return json_get(capabilities, "elicitation") != NULL;
	return json_get(capabilities, str_starts(method, "sampling/") ? "sampling" : "roots") != NULL;
}

/* Asks all of it, round by round. ret: the answers as text; declined: an answer was no. */
static int
ask_all(struct call *c, const struct question *ask, bool only_declared, const struct mcp_info *info, json *args, struct buf *ret,
    bool *ret_declined)
{
	for (int round = 1; ask->round != 0; round++) {
		struct call_question q[MAX_QUESTIONS] = { { 0 } };
		size_t n = 0;

		for (; ask->round == round; ask++) {
			if (!only_declared || declared(info->capabilities, ask->method))
				q[n++] = (struct call_question){ .key = ask->key, .method = ask->method,
					.params = fill(c, ask->params, args) };
		}
		if (n > 0 && c->ask(c, q, n) == -1)
			return -1;
		for (size_t i = 0; i < n; i++) {
			struct err e;
			const char *action;

			err_init(&e, c->arena);
			action = json_get_str(json_parse(c->arena, q[i].answer, strlen(q[i].answer), JSON_TRUSTED, &e), "action");
			*ret_declined |= action != NULL && !str_eq(action, "accept");
			buf_addf(ret, " %s=%s", q[i].key, q[i].answer);
		}
	}
	return 0;
}

static void
text_block(struct jw *w, const char *text)
{
	jw_obj(w);
	jw_str(w, "type", "text");
	jw_str(w, "text", text);
	jw_end(w);
}

static int
use_tool(struct call *c, const struct tool *t, const struct use *u)
{
	bool declined = false;
	struct buf text;

	buf_init(&text, MAX_TEXT);
	if (t->reply != NULL)
		buf_adds(&text, t->reply);
	if ((t->run != NULL && t->run(c, u) == -1) ||
	    (t->ask != NULL && ask_all(c, t->ask, t->only_declared, u->info, u->args, &text, &declined) == -1)) {
		buf_release(&text);
		return -1;
	}
	jw_arr_in(u->w, "content");
	if (t->content != NULL)
		jw_raw(u->w, t->content, strlen(t->content));
	else
		text_block(u->w, declined ? "The user said no." : text.data);
	jw_end(u->w);
	jw_bool(u->w, "isError", t->is_error || declined);
	buf_release(&text);
	return 0;
}

static int
call_tool(struct call *c, void *ctx, const struct mcp_info *info, const char *name, json *args, struct jw *w)
{
	struct use u = { .fixture = ctx, .info = info, .args = args, .w = w };

	for (size_t i = 0; i < LEN(tools); i++) {
		if (str_eq(tools[i].name, name)) {
			c->read_only = !tools[i].writes;
			return use_tool(c, &tools[i], &u);
		}
	}
	return call_fail(c, ERR_DENIED, "There is no tool \"%s\".", name);
}

static const struct mcp_param_header *
param_headers(void *ctx, const char *tool)
{
	static const struct mcp_param_header region[] = { { "Region", "region" }, { NULL, NULL } };

	(void)ctx;
	return str_eq(tool, "test_x_mcp_header") ? region : NULL;
}

static void
list_tools(void *ctx, const struct mcp_info *info, struct jw *w)
{
	(void)ctx;
	(void)info;
	for (const struct tool *t = tools; t < tools + LEN(tools); t++) {
		const char *schema = t->schema != NULL ? t->schema : "{\"type\":\"object\",\"additionalProperties\":false}";

		jw_obj(w);
		jw_str(w, "name", t->name);
		jw_str(w, "description", t->doc);
		jw_key(w, "inputSchema");
		jw_raw(w, schema, strlen(schema));
		jw_end(w);
	}
}

static int
list_resources(struct call *c, void *ctx, const struct mcp_info *info, struct jw *w)
{
	(void)c;
	(void)ctx;
	(void)info;
	for (const struct resource *r = resources; r < resources + LEN(resources); r++) {
		jw_obj(w);
		jw_str(w, "uri", r->uri);
		jw_str(w, "name", r->name);
		jw_str(w, "description", r->doc);
		jw_str(w, "mimeType", r->mime);
		jw_end(w);
	}
	return 0;
}

static void
list_templates(void *ctx, const struct mcp_info *info, struct jw *w)
{
	(void)ctx;
	(void)info;
	jw_obj(w);
	jw_str(w, "uriTemplate", "test://template/{id}/data");
	jw_str(w, "name", "template");
	jw_str(w, "description", "Data by its id.");
	jw_str(w, "mimeType", "application/json");
	jw_end(w);
}

static void
contents(struct jw *w, const struct resource *r)
{
	jw_arr_in(w, "contents");
	jw_obj(w);
	jw_str(w, "uri", r->uri);
	jw_str(w, "mimeType", r->mime);
	jw_str(w, r->text != NULL ? "text" : "blob", r->text != NULL ? r->text : r->blob);
	jw_end(w);
	jw_end(w);
}

static int
read_template(struct call *c, const char *uri, const char *id, size_t len, struct jw *w)
{
	struct resource r = { .uri = uri, .mime = "application/json" };
	int result = 0;
	struct buf b;
	struct jw text;

	buf_init(&b, MAX_TEXT);
	jw_init(&text, &b);
	jw_obj(&text);
	jw_key(&text, "id");
	jw_sn(&text, id, len);
	jw_bool(&text, "templateTest", true);
	jw_str(&text, "data", arena_printf(c->arena, "Data for ID: %.*s", (int)len, id));
	jw_end(&text);
	r.text = b.data;
	if (!buf_overflowed(&b))
		contents(w, &r);
	else
		result = call_fail(c, ERR_TOO_LARGE, "That is too much data.");
	buf_release(&b);
	return result;
}

static int
read_resource(struct call *c, void *ctx, const struct mcp_info *info, const char *uri, struct jw *w)
{
	size_t begin = strlen(template_begin), end = strlen(template_end), len = strlen(uri);

	(void)ctx;
	(void)info;
	for (const struct resource *r = resources; r < resources + LEN(resources); r++) {
		if (str_eq(r->uri, uri)) {
			contents(w, r);
			return 0;
		}
	}
	if (len > begin + end && str_starts(uri, template_begin) && str_ends(uri, template_end))
		return read_template(c, uri, uri + begin, len - begin - end, w);
	return call_fail(c, ERR_NOT_FOUND, "Resource not found");
}

static void
list_prompts(void *ctx, const struct mcp_info *info, struct jw *w)
{
	(void)ctx;
	(void)info;
	for (const struct prompt *p = prompts; p < prompts + LEN(prompts); p++) {
		jw_obj(w);
		jw_str(w, "name", p->name);
		jw_str(w, "description", p->doc);
		jw_arr_in(w, "arguments");
		for (size_t i = 0; i < LEN(p->args) && p->args[i] != NULL; i++) {
			jw_obj(w);
			jw_str(w, "name", p->args[i]);
			jw_bool(w, "required", true);
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	}
}

static const struct prompt *
find_prompt(const char *name)
{
	for (const struct prompt *p = prompts; p < prompts + LEN(prompts); p++) {
		if (str_eq(p->name, name))
			return p;
	}
	return NULL;
}

static int
get_prompt(struct call *c, void *ctx, const struct mcp_info *info, const char *name, json *args, struct jw *w)
{
	const struct prompt *p = find_prompt(name);
	bool declined = false;
	struct buf answers;

	(void)ctx;
	c->read_only = true;
	if (p == NULL)
		return call_fail(c, ERR_DENIED, "There is no prompt \"%s\".", name);
	for (size_t i = 0; i < LEN(p->args) && p->args[i] != NULL; i++) {
		if (json_get(args, p->args[i]) == NULL)
			return call_fail(c, ERR_INPUT, "The prompt needs \"%s\".", p->args[i]);
	}
	buf_init(&answers, MAX_TEXT);
	if (p->ask != NULL && ask_all(c, p->ask, false, info, args, &answers, &declined) == -1) {
		buf_release(&answers);
		return -1;
	}
	jw_str(w, "description", p->doc);
	jw_arr_in(w, "messages");
	for (const char *line = fill(c, p->messages, args), *end; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\n");
		jw_obj(w);
		jw_str(w, "role", "user");
		jw_key(w, "content");
		jw_raw(w, line, (size_t)(end - line));
		jw_end(w);
	}
	if (answers.len > 0) {
		jw_obj(w);
		jw_str(w, "role", "user");
		jw_key(w, "content");
		text_block(w, declined ? "The user gave none." : answers.data);
		jw_end(w);
	}
	jw_end(w);
	buf_release(&answers);
	return 0;
}

static int
complete(struct call *c, void *ctx, const struct mcp_info *info, json *ref, const char *argument, const char *value, json *known,
    struct jw *w)
{
	static const char *const words[] = { "paris", "park", "party", "test", "testing" };
	bool is_prompt = str_eq(json_get_str(ref, "type"), "ref/prompt");
	int64_t total = 0;

	(void)ctx;
	(void)info;
	(void)argument;
	(void)known;
	if (is_prompt && find_prompt(json_get_str(ref, "name")) == NULL)
		return call_fail(c, ERR_INPUT, "There is no such prompt.");
	if (!is_prompt && !str_eq(json_get_str(ref, "type"), "ref/resource"))
		return call_fail(c, ERR_INPUT, "ref is neither ref/prompt nor ref/resource.");
	jw_obj_in(w, "completion");
	jw_arr_in(w, "values");
	for (size_t i = 0; i < LEN(words); i++) {
		if (is_prompt && str_starts(words[i], value)) {
			jw_s(w, words[i]);
			total++;
		}
	}
	jw_end(w);
	jw_int(w, "total", total);
	jw_bool(w, "hasMore", false);
	jw_end(w);
	return 0;
}

static void
on_drained(void *arg)
{
	loop_stop(arg);
}

struct http_server {
	struct loop *loop;
	struct mcp_http *http;
};

static void
on_stop(void *arg)
{
	struct http_server *h = arg;

	mcp_http_drain(h->http, on_drained, h->loop);
}

static int
serve_http(struct loop *loop, struct mcp_server *server, struct mcp_server *other, int port)
{
	struct arena *a = arena_new();
	struct http_server h = { .loop = loop };
	struct loop_signals *signals;
	struct mcp_http *second;
	struct err e;
	int code = 1;

	err_init(&e, a);
	h.http = mcp_http_new(loop, server, &(struct mcp_http_options){ .host = "127.0.0.1", .port = port }, &e);
	second = h.http == NULL ? NULL : mcp_http_new(loop, other, &(struct mcp_http_options){ .host = "127.0.0.1" }, &e);
	if (second == NULL) {
		fprintf(stderr, "fixture: %s\n", err_text(&e));
	} else {
		signals = loop_signals_new(loop, on_stop, &h);
		printf("http://127.0.0.1:%d/mcp another worker: http://127.0.0.1:%d/mcp\n", mcp_http_port(h.http), mcp_http_port(second));
		fflush(stdout);
		loop_run(loop);
		loop_signals_free(signals);
		code = 0;
	}
	mcp_http_free(second);
	mcp_http_free(h.http);
	arena_free(a);
	return code;
}

static int
serve_stdio(struct loop *loop, struct mcp_server *server)
{
	struct loop_signals *signals = loop_signals_new(loop, NULL, NULL);
	struct mcp_stdio *stdio_peer = mcp_stdio_new(loop, server, STDIN_FILENO, STDOUT_FILENO);

	loop_run(loop);
	loop_signals_free(signals);
	mcp_stdio_free(stdio_peer);
	return 0;
}

int
main(int argc, char **argv)
{
	struct fixture f = { NULL };
	struct mcp_provider provider = {
		.name = "telamon-fixture", .title = "Fixtures of the conformance suite", .version = TELAMON_VERSION,
		.instructions = "Every tool, resource and prompt here is a fixture of the conformance suite.", .ctx = &f,
		.tools_change = true, .prompts_change = true, .resources_subscribe = true, .logs = true,
		.list_tools = list_tools, .list_prompts = list_prompts, .list_templates = list_templates,
		.list_resources = list_resources, .param_headers = param_headers, .call_tool = call_tool, .read_resource = read_resource,
		.get_prompt = get_prompt, .complete = complete,
	};
	struct loop *loop = loop_new();
	struct sealer *sealer = sealer_new();
	struct mcp_server *other;	/* what another worker is: the same provider and key */
	int64_t port = 0;
	int code;

	if (argc > 1 && (argc != 3 || !str_eq(argv[1], "--http") || str_int(argv[2], 0, 65535, &port) == -1)) {
		fputs("usage: fixture [--http PORT]\n", stderr);
		return 2;
	}
	f.server = mcp_server_new(loop, &provider, sealer);
	other = mcp_server_new(loop, &provider, sealer);
	code = argc > 1 ? serve_http(loop, f.server, other, (int)port) : serve_stdio(loop, f.server);
	if (!loop_drain(loop, DRAIN_MS))
		_exit(1);	/* a call that did not end: memory it uses can't be freed */
	mcp_server_free(other);
	mcp_server_free(f.server);
	sealer_free(sealer);
	loop_free(loop);
	return code;
}
