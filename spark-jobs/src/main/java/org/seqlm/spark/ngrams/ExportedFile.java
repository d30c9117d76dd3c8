package org.seqlm.spark.ngrams;

import java.io.Serializable;
import org.seqlm.store.FileEntry;

/** What a task of {@link NgramExport} tells the driver of a file that it wrote. */
public final class ExportedFile implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The forms whose files a manifest names; the parts of an ARPA file are joined. */
  enum Form {
    PARQUET,
    TSV
  }

  private final boolean parquet; // Kryo would have to know the enum, too
  private final FileEntry file;

  ExportedFile(Form form, FileEntry file) {
    this.parquet = form == Form.PARQUET;
    this.file = file;
  }

  Form form() {
    return parquet ? Form.PARQUET : Form.TSV;
  }

  FileEntry file() {
    return file;
  }
}
