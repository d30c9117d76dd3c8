/** {@code seqlm corpus}: what is told of a corpus, and made of it, before anything is trained. */
package org.seqlm.job.corpus;
