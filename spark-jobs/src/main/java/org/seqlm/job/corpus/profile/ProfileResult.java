package org.seqlm.job.corpus.profile;

import java.util.List;
import java.util.Map;
import org.seqlm.analysis.AnalysisDetails.Fact;
import org.seqlm.profile.HeapsFit;
import org.seqlm.profile.MandelbrotFit;
import org.seqlm.profile.Richness;

/**
 * Result of {@code corpus profile}.
 *
 * @param output the analysis' folder
 * @param fingerprint of its manifest
 * @param records read
 * @param bad records that were left out, by kind
 * @param documents of the text
 * @param tokens words of it, line ends not among them
 * @param types different words
 * @param zipf the law of ranks; null where there are too few words
 * @param heaps the law of growth; null likewise
 * @param richness measures of the vocabulary; null likewise
 * @param coverage by share of the tokens, as text, how many words make it up
 * @param facts what the report says first
 * @param notes what a reader must know
 */
public record ProfileResult(
    String output,
    String fingerprint,
    long records,
    Map<String, Long> bad,
    long documents,
    long tokens,
    long types,
    MandelbrotFit zipf,
    HeapsFit heaps,
    Richness richness,
    Map<String, Long> coverage,
    List<Fact> facts,
    List<String> notes) {}
