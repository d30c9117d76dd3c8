/**
 * What a corpus is like, in numbers: lines, documents and words go in, each once; counts, exact
 * histograms and laws fitted to them come out, all of them sums of whole numbers that do not depend
 * on the order in which parts are added.
 */
package org.seqlm.profile;
