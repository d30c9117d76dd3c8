/**
 * {@code seqlm example}: a built-in source in, a corpus of known entropy or examples of a task with
 * the best possible score out.
 */
package org.seqlm.job.example;
