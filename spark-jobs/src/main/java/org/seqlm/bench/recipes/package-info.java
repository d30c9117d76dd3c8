/** Ways to train, compared by what they reach on held-out text. */
package org.seqlm.bench.recipes;
