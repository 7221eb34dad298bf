/*
 * Questions to the client while a call runs, on both eras behind one function.
 *
 * Legacy: the question is a JSON-RPC request to the client; the call parks until the
 * answer comes. On HTTP that is a POST of the same session, which may reach another
 * worker: the question's id says, sealed, in whose mailbox the answer belongs.
 *
 * Modern: nothing can be sent. The call is unwound, its result says what is asked
 * (input_required) together with a sealed requestState that binds principal, method,
 * parameters and the answers so far. The client repeats the request with its answers
 * and the state; the call runs again from its beginning and this time finds them.
 * A state is good for ten minutes and, for a call that may write, once. Answers that come
 * without the state of their question are nobody's answers to a call that may write, which
 * asks again; one that can't write takes them.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "mcp/peer.h"
#include "net/mailbox.h"
#include "store/seal.h"

#include <inttypes.h>
#include <string.h>

enum {
	STATE_TTL_MS = 600 * 1000, PATIENCE_MS = 600 * 1000, LETTER_TTL_MS = 60 * 1000,
	MAX_STATE = 48 * 1024, MAX_ANSWER = 32 * 1024, MAX_LETTER = SEAL_MAX,
};

#define ID_PREFIX "telamon-"

struct question {		/* of a legacy client; on the stack of its call */
	struct call *call;
	struct running *run;
	char *id;
	const char *answer;
	bool answered;
	struct question *next, **link;
};

/* The capability that a question needs, as it stands in requiredCapabilities. */
static const char *
needed(struct call *c, const struct running *run, const struct call_question *q)
{
	json *caps = run->info.capabilities, *elicitation = json_get(caps, "elicitation"), *params;
	struct err ignored;

	if (str_eq(q->method, "sampling/createMessage"))
		return json_get(caps, "sampling") != NULL ? NULL : "{\"sampling\":{}}";
	if (str_eq(q->method, "roots/list"))
		return json_get(caps, "roots") != NULL ? NULL : "{\"roots\":{}}";
	err_init(&ignored, c->arena);
	params = json_parse(c->arena, q->params, strlen(q->params), JSON_TRUSTED, &ignored);
	if (str_eq(json_get_str(params, "mode"), "url"))
		return json_get(elicitation, "url") != NULL ? NULL : "{\"elicitation\":{\"url\":{}}}";
	/* {} means form only */
	if (elicitation != NULL && (json_get(elicitation, "form") != NULL || json_get(elicitation, "url") == NULL))
		return NULL;
	return "{\"elicitation\":{\"form\":{}}}";
}

/* ---- legacy ---- */

static int
send_question(struct running *run, const struct question *n, const struct call_question *q)
{
	int result = 0;
	struct buf b;
	struct jw w;

	if (run->peer == NULL)
		return call_fail(run->call, ERR_CANCELLED, "The client is gone.");
	buf_init(&b, MCP_MAX_ANSWER);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jsonrpc", "2.0");
	jw_str(&w, "id", n->id);
	jw_str(&w, "method", q->method);
	jw_key(&w, "params");
	jw_raw(&w, q->params, strlen(q->params));
	jw_end(&w);
	if (buf_overflowed(&b))
		result = call_fail(run->call, ERR_TOO_LARGE, "The question is too long.");
	else
		peer_send(run->peer, MCP_RELATED, 200, NULL, &b);
	buf_release(&b);
	return result;
}

static void
unlink_question(struct question *n)
{
	*n->link = n->next;
	if (n->next != NULL)
		n->next->link = n->link;
}

static struct question *
find_question(const struct mcp_server *s, const struct mcp_peer *p, const char *scope, const char *principal, const char *id)
{
	for (struct question *n = s->questions; n != NULL; n = n->next) {
		const struct mcp_peer *asked = n->run->peer;

		if (asked == NULL || !str_eq(n->id, id))
			continue;
		if (asked == p || (scope != NULL && str_eq(asked->scope, scope) && str_eq(asked->principal, principal)))
			return n;
	}
	return NULL;
}

static void
take_answer(struct question *n, json *result)
{
	size_t len;

	if (result != NULL && json_len(result) <= MAX_ANSWER)
		n->answer = json_text(n->call->arena, result, &len);
	n->answered = true;
	call_wake(n->call);
}

static void
on_letter(void *arg, const char *text, size_t len)
{
	struct mcp_server *s = arg;
	struct arena *a = arena_new();
	struct question *n;
	struct err ignored;
	char *opened;
	json *letter;

	(void)len;
	err_init(&ignored, a);
	opened = unseal(s->sealer, a, "answer", text);
	letter = opened == NULL ? NULL : json_parse(a, opened, strlen(opened), JSON_TRUSTED, &ignored);
	n = find_question(s, NULL, json_get_str(letter, "scope"), json_get_str(letter, "principal"), json_get_str(letter, "id"));
	if (n != NULL && !n->answered)
		take_answer(n, json_get(letter, "result"));
	arena_free(a);
}

/* NULL: there is no other worker that could ask or answer. */
static struct mailbox *
mailbox_of(struct mcp_server *s, const struct mcp_peer *p)
{
	if (s->mailbox == NULL && s->sealer != NULL && p->scope != NULL)
		s->mailbox = mailbox_new(s->loop, on_letter, s);
	return p->scope != NULL ? s->mailbox : NULL;
}

/* An answer that no call of this worker waits for: to the worker that its id names. */
static void
forward_answer(struct mcp_peer *p, const char *id, json *result)
{
	struct mailbox *m = id != NULL && str_starts(id, ID_PREFIX) ? mailbox_of(p->server, p) : NULL;
	struct arena *a;
	struct err ignored;
	struct buf b;
	struct jw w;
	char *name, *letter;

	if (m == NULL)
		return;
	a = arena_new();
	err_init(&ignored, a);
	buf_init(&b, MAX_LETTER);
	name = unseal(p->server->sealer, a, "question", id + strlen(ID_PREFIX));
	if (name != NULL && strlen(name) > MAILBOX_NAME) {
		name[MAILBOX_NAME] = '\0';	/* the question's number stands behind it */
		jw_init(&w, &b);
		jw_obj(&w);
		jw_str(&w, "scope", p->scope);
		jw_str(&w, "principal", p->principal);
		jw_str(&w, "id", id);
		if (result != NULL && json_len(result) <= MAX_ANSWER)
			jw_value(&w, "result", result);
		jw_end(&w);
		letter = buf_overflowed(&b) ? NULL :
		    seal(p->server->sealer, a, "answer", b.data, clock_wall_ms() + LETTER_TTL_MS, &ignored);
		if (letter == NULL || !mailbox_send(m, name, letter, strlen(letter)))
			log_event(LOG_WARN, "answer_lost", LOG_S("what", "the worker that asked can't be reached"));
	}
	buf_release(&b);
	arena_free(a);
}

static char *
question_id(struct running *run, const struct mcp_peer *p)
{
	struct mailbox *m = p != NULL ? mailbox_of(run->server, p) : NULL;
	struct call *c = run->call;
	uint64_t number = ++run->server->next_question;
	char *sealed;

	if (m == NULL)
		return arena_printf(c->arena, ID_PREFIX "%s-%" PRIu64, c->id, number);
	sealed = seal(run->server->sealer, c->arena, "question", arena_printf(c->arena, "%s %" PRIu64, mailbox_name(m), number),
	    clock_wall_ms() + PATIENCE_MS, &c->err);
	return sealed == NULL ? NULL : arena_printf(c->arena, ID_PREFIX "%s", sealed);
}

static int
ask_legacy(struct call *c, struct running *run, struct call_question *q)
{
	struct mcp_server *s = run->server;
	struct question n = { .call = c, .run = run };
	int64_t deadline = c->deadline_ms;
	int result;

	n.id = question_id(run, run->peer);
	if (n.id == NULL)
		return -1;
	n.next = s->questions;
	n.link = &s->questions;
	if (n.next != NULL)
		n.next->link = &n.next;
	s->questions = &n;
	c->deadline_ms = clock_mono_ms() + PATIENCE_MS;	/* a person answers */
	result = send_question(run, &n, q);
	while (result == 0 && !n.answered)
		result = call_park(c, "the user's answer");
	c->deadline_ms = clock_mono_ms() + (deadline - c->start_us / 1000);
	unlink_question(&n);
	if (result == 0 && n.answer == NULL)
		result = call_fail(c, ERR_CAPABILITY, "The client could not answer the question.");
	q->answer = n.answer;
	return result;
}

void
ask_response(struct mcp_peer *p, json *id, json *result)
{
	struct question *n = find_question(p->server, p, p->scope, p->principal, json_str(id));

	if (n == NULL)
		forward_answer(p, json_str(id), result);
	else if (!n->answered)
		take_answer(n, result);
}

/* ---- modern ---- */

static json *
state_binding(struct running *run, const char **ret_text)
{
	static const char *const out[] = { "_meta", "inputResponses", "requestState" };
	struct call *c = run->call;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_STATE);
	jw_init(&w, &b);
	jw_obj(&w);
	for (struct json_iter it = json_iter(run->params); json_next(&it);) {
		if (!str_eq(it.key, out[0]) && !str_eq(it.key, out[1]) && !str_eq(it.key, out[2]))
			jw_value(&w, it.key, it.value);
	}
	jw_end(&w);
	*ret_text = buf_overflowed(&b) ? NULL : arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (*ret_text == NULL)
		return NULL;
	return json_parse(c->arena, *ret_text, strlen(*ret_text), JSON_TRUSTED, &c->err);
}

void
ask_free(struct mcp_server *s)
{
	mailbox_free(s->mailbox);
	s->mailbox = NULL;
}

/* Answers of this round over those of earlier ones; extra keys do no harm. */
static json *
merge_answers(struct call *c, json *before, json *now)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_STATE);
	jw_init(&w, &b);
	jw_obj(&w);
	for (struct json_iter it = json_iter(before); json_next(&it);) {
		if (json_get(now, it.key) == NULL)
			jw_value(&w, it.key, it.value);
	}
	for (struct json_iter it = json_iter(now); json_next(&it);)
		jw_value(&w, it.key, it.value);
	jw_end(&w);
	text = buf_overflowed(&b) ? NULL : arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text == NULL ? NULL : json_parse(c->arena, text, strlen(text), JSON_TRUSTED, &c->err);
}

bool
ask_take_answers(struct running *run)
{
	struct call *c = run->call;
	json *sealed = json_get(run->params, "requestState"), *now = json_get(run->params, "inputResponses"), *state, *bound;
	const char *text, *binding;

	if (sealed == NULL || json_is_null(sealed))
		return true;	/* answers without a state: only a call that can't write takes them (ask_modern) */
	text = run->server->sealer == NULL || json_str(sealed) == NULL ? NULL :
	    unseal(run->server->sealer, c->arena, "requestState", json_str(sealed));
	state = text == NULL ? NULL : json_parse(c->arena, text, strlen(text), JSON_TRUSTED, &c->err);
	if (state == NULL || !str_eq(json_get_str(state, "principal"), run->info.principal) ||
	    !str_eq(json_get_str(state, "method"), run->method->name))
		return false;
	bound = state_binding(run, &binding);
	if (bound == NULL || !yyjson_equals(bound, json_get(state, "params")) || seal_is_used(run->server->sealer, json_str(sealed)))
		return false;
	run->answers = merge_answers(c, json_get(state, "answers"), now);
	run->state = json_str(sealed);
	return run->answers != NULL;
}

/* Whether a client's result has the shape of an answer to this question. */
static bool
is_answer(const struct call_question *q, json *v)
{
	const char *action = json_get_str(v, "action");

	if (!yyjson_is_obj(v))
		return false;
	if (!str_eq(q->method, "elicitation/create"))
		return true;
	if (str_eq(action, "decline") || str_eq(action, "cancel"))
		return true;
	return str_eq(action, "accept") && (json_get(v, "content") == NULL || yyjson_is_obj(json_get(v, "content")));
}

static int
ask_modern(struct call *c, struct running *run, struct call_question *q, size_t count)
{
	json *unasked = json_get(run->params, "inputResponses");
	size_t missing = 0;

	if (c->read_only && run->answers == NULL && yyjson_is_obj(unasked))	/* nothing to guard: take them */
		run->answers = unasked;
	run->wanted = arena_array(c->arena, count, sizeof(*run->wanted));
	for (size_t i = 0; i < count; i++) {
		json *v = json_get(run->answers, q[i].key);

		if (is_answer(&q[i], v))
			q[i].answer = json_text(c->arena, v, NULL);
		else
			run->wanted[missing++] = q[i];
	}
	run->wanted_count = missing;
	if (missing > 0) {
		if (run->server->sealer == NULL)
			return call_fail(c, ERR_INTERNAL, "Questions can't be asked here.");
		return call_fail(c, ERR_INPUT_REQUIRED, "The client is asked.");
	}
	if (!c->read_only && run->state != NULL && !run->used_up) {	/* further questions of this run come with the same state */
		if (!seal_use(run->server->sealer, run->state))
			return call_fail(c, ERR_CONFLICT, "The answers were used by another call; nothing was done twice.");
		run->used_up = true;
	}
	return 0;
}

void
ask_write_required(struct running *run, struct jw *w)
{
	struct call *c = run->call;
	const char *binding, *state;
	struct err e;
	struct buf b;
	struct jw s;

	jw_str(w, "resultType", "input_required");
	jw_obj_in(w, "inputRequests");
	for (size_t i = 0; i < run->wanted_count; i++) {
		jw_obj_in(w, run->wanted[i].key);
		jw_str(w, "method", run->wanted[i].method);
		jw_key(w, "params");
		jw_raw(w, run->wanted[i].params, strlen(run->wanted[i].params));
		jw_end(w);
	}
	jw_end(w);
	buf_init(&b, SEAL_MAX);
	jw_init(&s, &b);
	jw_obj(&s);
	jw_str(&s, "principal", run->info.principal);
	jw_str(&s, "method", run->method->name);
	jw_value(&s, "params", state_binding(run, &binding));
	if (run->answers != NULL)
		jw_value(&s, "answers", run->answers);
	jw_end(&s);
	err_init(&e, c->arena);
	state = buf_overflowed(&b) ? NULL : seal(run->server->sealer, c->arena, "requestState", b.data,
	    clock_wall_ms() + STATE_TTL_MS, &e);
	buf_release(&b);
	if (state != NULL)	/* without one the client's answers can't come back, and it is asked again */
		jw_str(w, "requestState", state);
	jw_obj_in(w, "_meta");
	add_server_info(run->server, w, "io.modelcontextprotocol/serverInfo", false);
	jw_end(w);
}

/* ---- both ---- */

int
ask_client(struct call *c, struct call_question *q, size_t count)
{
	struct running *run = c->owner;

	for (size_t i = 0; i < count; i++) {
		run->missing = needed(c, run, &q[i]);
		if (run->missing == NULL)
			continue;
		call_fail(c, ERR_CAPABILITY, "This needs a question to the user, and the client can't ask any (%s).", q[i].method);
		call_hint(c, "Use a client that supports elicitation, or do it in Atlassian's own pages.");
		return -1;
	}
	if (run->info.modern)
		return ask_modern(c, run, q, count);
	for (size_t i = 0; i < count; i++) {
		if (ask_legacy(c, run, &q[i]) == -1)
			return -1;
	}
	return 0;
}
