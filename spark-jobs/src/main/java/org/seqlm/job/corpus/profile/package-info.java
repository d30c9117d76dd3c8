/** {@code seqlm corpus profile}: text in, its profile out. */
package org.seqlm.job.corpus.profile;
