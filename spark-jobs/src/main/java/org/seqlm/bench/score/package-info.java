/**
 * What scoring a text costs: forms of one model and a text go in, turn by turn; processor time,
 * wall time and perplexity of each come out, beside KenLM's.
 */
package org.seqlm.bench.score;
