/**
 * What filters of quality cost: filters and a text go in, turn by turn; processor time and wall
 * time of each come out, and how many of the text's documents each keeps.
 */
package org.seqlm.bench.quality;
