package org.seqlm.job.bench.corpus;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.bench.duplicates.PlantedDocuments;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.duplicates.NearSettings;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/bench-duplicates.yaml}.
 *
 * @param documents drawn
 * @param every so many documents of the first half one has a copy
 * @param words of a document
 * @param types different words
 * @param near what counts
 * @param folder where documents lie while they are looked at; null for a temporary one
 */
record BenchDuplicatesConfig(
    long documents,
    int every,
    int words,
    int types,
    NearSettings near,
    String folder,
    long seed,
    int partitions)
    implements JobConfig {
  BenchDuplicatesConfig {
    new Problems()
        .present("near", near, "give unit, shingle, threshold, recall, values and bucket")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
    planted(documents, every, words, types, near, seed);
  }

  private static PlantedDocuments planted(
      long documents, int every, int words, int types, NearSettings near, long seed) {
    return new PlantedDocuments(documents, every, words, types, near.shingle(), seed);
  }

  PlantedDocuments planted() {
    return planted(documents, every, words, types, near, seed);
  }

  DuplicateSettings settings() {
    return new DuplicateSettings(
        List.of(Find.NEAR),
        near.shingles(),
        near.bands(),
        near.threshold(),
        near.bucket(),
        2,
        1,
        2,
        seed);
  }

  @Override
  public JobFiles files() {
    return new JobFiles();
  }
}
