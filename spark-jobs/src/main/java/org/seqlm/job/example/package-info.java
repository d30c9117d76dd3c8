/** {@code seqlm example}: the built-in grammar in, a corpus of known entropy out. */
package org.seqlm.job.example;
