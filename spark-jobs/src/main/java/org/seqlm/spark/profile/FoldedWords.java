package org.seqlm.spark.profile;

import java.io.Serializable;
import org.seqlm.profile.WordFindings;
import org.seqlm.store.FileEntry;

/** What came of folding words, and the files with all of them, if they are kept. */
public final class FoldedWords implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  WordFindings findings;
  FileEntry[] files = {};

  /** For Kryo. */
  private FoldedWords() {}

  FoldedWords(WordFindings findings, FileEntry... files) {
    this.findings = findings;
    this.files = files;
  }

  FoldedWords add(FoldedWords other) {
    findings.add(other.findings);
    FileEntry[] all = java.util.Arrays.copyOf(files, files.length + other.files.length);
    System.arraycopy(other.files, 0, all, files.length, other.files.length);
    files = all;
    return this;
  }
}
