/**
 * How well and how fast near duplicates are found: documents are drawn, some of them copies of
 * others with a part of their words replaced, whose Jaccard similarity is known; what was found of
 * them, by similarity, and what it cost, come out.
 */
package org.seqlm.bench.duplicates;
