package org.seqlm.job.counts;

import java.util.List;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.vocab.VocabularyLimits;

/** What all operations need to know that make new counts; {@link #of} adds what the counts say. */
interface ResultConfig extends JobConfig {
  String output();

  int top();

  int countsOfCounts();

  NgramsConfig.Model model();

  NgramsConfig.Export export();

  /** 0 where slices stay as they are. */
  int slices();

  long seed();

  int partitions();

  /**
   * As for a text.
   *
   * @param details of the first counts
   */
  default NgramsConfig of(
      List<NgramArtifact> counts, NgramDetails details, VocabularyLimits limits, int order) {
    return new NgramsConfig(
        CorpusSource.of(counts.stream().map(one -> one.artifact().name()).toList()),
        Split.TRAIN,
        details.rules(),
        limits,
        null,
        output(),
        order,
        details.boundary(),
        top(),
        countsOfCounts(),
        model(),
        export(),
        slices(),
        seed(),
        partitions());
  }
}
