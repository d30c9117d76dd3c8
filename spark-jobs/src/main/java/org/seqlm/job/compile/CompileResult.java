package org.seqlm.job.compile;

import java.util.List;
import org.seqlm.ngram.compiled.Layout;

/**
 * What was compiled.
 *
 * @param model path
 * @param kind for instance {@code 3-gram kneser-ney}
 * @param output the file
 * @param fingerprint of it
 * @param layout of its n-grams
 * @param quantize bits a value; 0 where values are whole
 * @param ngrams by order
 * @param blanks entries for longer n-grams whose ends the model lacks, by order; of the first,
 *     words without a probability, as {@code <s>} may be
 * @param vocabulary words
 * @param bytes of the file
 * @param bitsPerNgram of the file, its vocabulary included
 * @param seconds of wall time
 */
record CompileResult(
    String model,
    String kind,
    String output,
    String fingerprint,
    Layout layout,
    int quantize,
    List<Long> ngrams,
    List<Long> blanks,
    int vocabulary,
    long bytes,
    double bitsPerNgram,
    double seconds) {}
