/**
 * Which of the text that has come in a night takes: a listing of partitions, what earlier nights
 * have taken and the rules go in; the partitions to take, and what is odd about them, come out.
 */
package org.seqlm.corpus.night;
