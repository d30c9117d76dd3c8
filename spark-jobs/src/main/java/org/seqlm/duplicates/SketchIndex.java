package org.seqlm.duplicates;

import java.util.List;

/**
 * What sketches of documents were made by, that later documents are held against.
 *
 * @param version of the files' format
 * @param files that the documents are of, by their numbers
 * @param shingles what documents are compared by; null where equal ones alone were looked for
 * @param bands of signatures; null likewise
 * @param seed of the functions of MinHash
 * @param lineBytes the least of a line whose hash is kept; null where lines were not looked for
 */
public record SketchIndex(
    int version,
    List<String> files,
    ShingleRules shingles,
    Bands bands,
    long seed,
    Integer lineBytes) {
  /** Of the format that is written: see {@code spark.duplicates.SketchFile}. */
  public static final int VERSION = 1;

  public SketchIndex {
    files = List.copyOf(files);
  }

  /** The same by which documents are looked for. */
  public static SketchIndex of(DuplicateSettings settings, List<String> files) {
    boolean near = settings.finds(DuplicateSettings.Find.NEAR);
    return new SketchIndex(
        VERSION,
        files,
        near ? settings.shingles() : null,
        near ? settings.bands() : null,
        near ? settings.seed() : 0,
        settings.finds(DuplicateSettings.Find.EXACT_LINES) ? settings.lineBytes() : null);
  }

  /** Whether lines that are looked for by other settings can be held against these. */
  public boolean hasLines(DuplicateSettings settings) {
    return !settings.finds(DuplicateSettings.Find.EXACT_LINES)
        || lineBytes != null && lineBytes == settings.lineBytes();
  }

  /** Whether documents that are looked for by other settings can be held against these. */
  public boolean suits(DuplicateSettings settings) {
    return !settings.finds(DuplicateSettings.Find.NEAR)
        || settings.shingles().equals(shingles)
            && settings.bands().equals(bands)
            && settings.seed() == seed;
  }
}
