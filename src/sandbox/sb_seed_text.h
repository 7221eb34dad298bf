/*
 * What the company works on and how its people talk: the words of the seed.
 * In summaries and texts nothing is generated from parts except where %s stands.
 */
#ifndef SANDBOX_SB_SEED_TEXT_H
#define SANDBOX_SB_SEED_TEXT_H

#include "sandbox/sb_company.h"

/* An epic, then its children until the next one. Kinds: E epic, S story, T task, B bug; lower case: without the epic. */
struct sb_work {
	char kind;
	int project;
	int64_t component;
	const char *summary;
};
extern const struct sb_work sb_works[];
extern const size_t sb_work_count;

/* Descriptions in wiki markup, by kind; %s is the name of the component. */
struct sb_words {
	char kind;
	const char *text;
};
extern const struct sb_words sb_descriptions[];
extern const size_t sb_description_count;
extern const struct sb_words sb_remarks[];	/* comments: S also stands for T; D is said when something is done */
extern const size_t sb_remark_count;

extern const char *const sb_subtask_words[];
extern const size_t sb_subtask_word_count;
extern const char *const sb_label_words[];	/* both projects */
extern const size_t sb_label_word_count;

#endif
