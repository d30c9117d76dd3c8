package org.seqlm.ngram;

/** What a counting task sends on: sorted blocks of windows, and the edges of its segments. */
public sealed interface Counted permits NgramBlock, StreamEdge {}
