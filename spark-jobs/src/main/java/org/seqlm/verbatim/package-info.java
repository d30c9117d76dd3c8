/**
 * Which spans of some texts stand word for word in others, and how often: spans of a length of the
 * texts to check go in ({@code SpanIndex}), then the others' tokens, block by block in any order
 * ({@code SpanCounter}); counts of each span come out, and of these the spans that are rare ({@code
 * RareSpans}).
 */
package org.seqlm.verbatim;
