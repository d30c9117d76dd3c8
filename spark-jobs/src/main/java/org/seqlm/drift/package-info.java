/**
 * How far new text is from old text. Documents of both go in, as how often each word is in them, a
 * sample of each side, chosen by a hash of their place; the divergence of their words, beside what
 * chance alone makes of it, and the words that make most of it, come out.
 */
package org.seqlm.drift;
