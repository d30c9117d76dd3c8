/**
 * Tokens and their ids: counting them, ranking them into a vocabulary, its file, and texts and
 * blocks of a stream as ids.
 */
package org.seqlm.vocab;
