/**
 * A text as one distributed stream of token ids: raw text with a vocabulary of its own, or a
 * dataset's split; blocks in the order of the stream, dealt to tasks. Datasets are made here, too.
 */
package org.seqlm.spark.tokens;
