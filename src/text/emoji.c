/*
 * Emoji that have a name in one of the skins: Jira's emoticons, Confluence's ac:emoticon, and
 * the short names that people and models write most. Others stay as the character that they are.
 */
#include "text/doc_util.h"

#include <string.h>

static const struct emoji emojis[] = {
	/* name, id, text, wiki, storage */
	{ ":slight_smile:", "1f642", "\xF0\x9F\x99\x82", ":)", "smile" },
	{ ":disappointed:", "1f61e", "\xF0\x9F\x98\x9E", ":(", "sad" },
	{ ":stuck_out_tongue:", "1f61b", "\xF0\x9F\x98\x9B", ":P", "cheeky" },
	{ ":smiley:", "1f603", "\xF0\x9F\x98\x83", ":D", "laugh" },
	{ ":wink:", "1f609", "\xF0\x9F\x98\x89", ";)", "wink" },
	{ ":thumbsup:", "1f44d", "\xF0\x9F\x91\x8D", "(y)", "thumbs-up" },
	{ ":thumbsdown:", "1f44e", "\xF0\x9F\x91\x8E", "(n)", "thumbs-down" },
	{ ":info:", "atlassian-info", ":info:", "(i)", "information" },
	{ ":check_mark:", "atlassian-check_mark", ":check_mark:", "(/)", "tick" },
	{ ":cross_mark:", "atlassian-cross_mark", ":cross_mark:", "(x)", "cross" },
	{ ":warning:", "atlassian-warning", ":warning:", "(!)", "warning" },
	{ ":plus:", "atlassian-plus", ":plus:", "(+)", "plus" },
	{ ":minus:", "atlassian-minus", ":minus:", "(-)", "minus" },
	{ ":question:", "atlassian-question_mark", ":question:", "(?)", "question" },
	{ ":light_bulb_on:", "atlassian-light_bulb_on", ":light_bulb_on:", "(on)", "light-on" },
	{ ":light_bulb_off:", "atlassian-light_bulb_off", ":light_bulb_off:", "(off)", "light-off" },
	{ ":yellow_star:", "atlassian-yellow_star", ":yellow_star:", "(*)", "yellow-star" },
	{ ":red_star:", "atlassian-red_star", ":red_star:", "(*r)", "red-star" },
	{ ":green_star:", "atlassian-green_star", ":green_star:", "(*g)", "green-star" },
	{ ":blue_star:", "atlassian-blue_star", ":blue_star:", "(*b)", "blue-star" },
	{ ":heart:", "2764", "\xE2\x9D\xA4", "<3", "heart" },
	{ ":broken_heart:", "1f494", "\xF0\x9F\x92\x94", "</3", "broken-heart" },
	{ ":flag_on:", "atlassian-flag_on", ":flag_on:", "(flag)", NULL },
	{ ":flag_off:", "atlassian-flag_off", ":flag_off:", "(flagoff)", NULL },
	{ ":smile:", "1f604", "\xF0\x9F\x98\x84", NULL, NULL },
	{ ":grinning:", "1f600", "\xF0\x9F\x98\x80", NULL, NULL },
	{ ":grin:", "1f601", "\xF0\x9F\x98\x81", NULL, NULL },
	{ ":joy:", "1f602", "\xF0\x9F\x98\x82", NULL, NULL },
	{ ":laughing:", "1f606", "\xF0\x9F\x98\x86", NULL, NULL },
	{ ":sweat_smile:", "1f605", "\xF0\x9F\x98\x85", NULL, NULL },
	{ ":blush:", "1f60a", "\xF0\x9F\x98\x8A", NULL, NULL },
	{ ":heart_eyes:", "1f60d", "\xF0\x9F\x98\x8D", NULL, NULL },
	{ ":sunglasses:", "1f60e", "\xF0\x9F\x98\x8E", NULL, NULL },
	{ ":thinking:", "1f914", "\xF0\x9F\xA4\x94", NULL, NULL },
	{ ":cry:", "1f622", "\xF0\x9F\x98\xA2", NULL, NULL },
	{ ":sob:", "1f62d", "\xF0\x9F\x98\xAD", NULL, NULL },
	{ ":scream:", "1f631", "\xF0\x9F\x98\xB1", NULL, NULL },
	{ ":angry:", "1f620", "\xF0\x9F\x98\xA0", NULL, NULL },
	{ ":clap:", "1f44f", "\xF0\x9F\x91\x8F", NULL, NULL },
	{ ":ok_hand:", "1f44c", "\xF0\x9F\x91\x8C", NULL, NULL },
	{ ":wave:", "1f44b", "\xF0\x9F\x91\x8B", NULL, NULL },
	{ ":pray:", "1f64f", "\xF0\x9F\x99\x8F", NULL, NULL },
	{ ":muscle:", "1f4aa", "\xF0\x9F\x92\xAA", NULL, NULL },
	{ ":eyes:", "1f440", "\xF0\x9F\x91\x80", NULL, NULL },
	{ ":fire:", "1f525", "\xF0\x9F\x94\xA5", NULL, NULL },
	{ ":rocket:", "1f680", "\xF0\x9F\x9A\x80", NULL, NULL },
	{ ":tada:", "1f389", "\xF0\x9F\x8E\x89", NULL, NULL },
	{ ":star:", "2b50", "\xE2\xAD\x90", NULL, NULL },
	{ ":sparkles:", "2728", "\xE2\x9C\xA8", NULL, NULL },
	{ ":bug:", "1f41b", "\xF0\x9F\x90\x9B", NULL, NULL },
	{ ":bulb:", "1f4a1", "\xF0\x9F\x92\xA1", NULL, NULL },
	{ ":memo:", "1f4dd", "\xF0\x9F\x93\x9D", NULL, NULL },
	{ ":pencil:", "1f4dd", "\xF0\x9F\x93\x9D", NULL, NULL },
	{ ":white_check_mark:", "2705", "\xE2\x9C\x85", NULL, NULL },
	{ ":x:", "274c", "\xE2\x9D\x8C", NULL, NULL },
	{ ":100:", "1f4af", "\xF0\x9F\x92\xAF", NULL, NULL },
	{ ":lock:", "1f512", "\xF0\x9F\x94\x92", NULL, NULL },
	{ ":key:", "1f511", "\xF0\x9F\x94\x91", NULL, NULL },
	{ ":calendar:", "1f4c5", "\xF0\x9F\x93\x85", NULL, NULL },
	{ ":construction:", "1f6a7", "\xF0\x9F\x9A\xA7", NULL, NULL },
	{ ":hourglass:", "231b", "\xE2\x8C\x9B", NULL, NULL },
	{ ":information_source:", "2139", "\xE2\x84\xB9", NULL, NULL },
	{ ":red_circle:", "1f534", "\xF0\x9F\x94\xB4", NULL, NULL },
	{ ":link:", "1f517", "\xF0\x9F\x94\x97", NULL, NULL },
	{ ":robot:", "1f916", "\xF0\x9F\xA4\x96", NULL, NULL },
};

const struct emoji *
emoji_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < LEN(emojis); i++)
		if (strlen(emojis[i].name) == len && memcmp(emojis[i].name, name, len) == 0)
			return &emojis[i];
	return NULL;
}

const struct emoji *
emoji_by_storage(const char *name)
{
	for (size_t i = 0; name != NULL && i < LEN(emojis); i++)
		if (emojis[i].storage != NULL && strcmp(emojis[i].storage, name) == 0)
			return &emojis[i];
	return NULL;
}

const struct emoji *
emoji_at(size_t index)
{
	return index < LEN(emojis) ? &emojis[index] : NULL;
}

void
emoji_set(struct doc *d, struct node *n, const struct emoji *e)
{
	node_set_str(d, n, "shortName", e->name);
	node_set_str(d, n, "id", e->id);
	node_set_str(d, n, "text", e->text);
}
