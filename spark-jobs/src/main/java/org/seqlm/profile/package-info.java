/**
 * What the words of a corpus are like, in numbers: rows of words go in, each word's together;
 * counts of counts, laws fitted to them, growth, coverage and trends come out, the same in
 * whichever parts they are added.
 */
package org.seqlm.profile;
