/**
 * KenLM's binary files. What {@code build_binary} made, of anybody's model, goes in as it lies on
 * the disk, mapped into memory; a language model comes out that gives KenLM's scores and copies
 * nothing: hash tables ({@code probing}) or tries of bits ({@code trie}), each keyed by an n-gram
 * read backwards, the last word first.
 */
package org.seqlm.ngram.kenlm;
