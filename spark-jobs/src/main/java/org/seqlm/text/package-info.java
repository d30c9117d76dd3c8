/**
 * How a record of text becomes tokens, and tokens become text again: UTF-8, normalisation,
 * tokenizers and the hash of bytes. Works on bytes and strings; knows no files.
 */
package org.seqlm.text;
