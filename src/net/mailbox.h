/*
 * Letters between the workers of one server: a datagram socket in the kernel's abstract
 * namespace, under a name that the kernel gives (unix(7), autobind). Every local process
 * can write to it, so a letter means nothing until its seal (store/seal.h) was opened.
 * Nothing parks; a letter to a process that is gone is lost.
 */
#ifndef NET_MAILBOX_H
#define NET_MAILBOX_H

#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>

enum { MAILBOX_NAME = 5, MAILBOX_MAX_LETTER = 128 * 1024 };

struct mailbox;

/* text ends with NUL and is valid during the call. */
typedef void mailbox_fn(void *arg, const char *text, size_t len);

struct mailbox *mailbox_new(struct loop *, mailbox_fn *, void *arg);	/* NULL: the kernel refuses */
void mailbox_free(struct mailbox *);	/* accepts NULL */

const char *mailbox_name(const struct mailbox *);	/* MAILBOX_NAME characters */
/* False: nobody has the name, its owner does not read, or the letter is too long. */
bool mailbox_send(const struct mailbox *, const char *name, const char *text, size_t len);

#endif
