/* Names match by prefix, without letter case. An unknown client gets what is safe everywhere. */
#include "mcp/client.h"

#include "base/str.h"

static const struct {
	const char *prefix;
	size_t bytes;
} clients[] = {
	{ "claude-code", 75000 },	/* 25,000 tokens */
	{ "claude", 140000 },		/* 150,000 characters on the web and desktop */
	{ "codex", 30000 },		/* 10,000 tokens */
	{ "opencode", 48000 },		/* 50 kB, by line */
	{ "github-copilot", 19000 },	/* 20 kB */
	{ "copilot", 19000 },
	{ "gemini-cli", 38000 },	/* 40,000 characters */
	{ "qwen", 38000 },
	{ "goose", 190000 },
	{ "telamon", 4000000 },		/* our own command line */
};

enum { UNKNOWN = 9000 };

size_t
client_budget(const char *name)
{
	for (size_t i = 0; name != NULL && i < LEN(clients); i++) {
		if (str_istarts(name, clients[i].prefix))
			return clients[i].bytes;
	}
	return UNKNOWN;
}
