package org.seqlm.corpus;

import java.util.List;
import org.apache.parquet.example.data.Group;

/** A record as its file holds it, with all of its fields. */
public sealed interface KeptRecord {
  /**
   * A line of JSON lines.
   *
   * @param line its object, valid JSON in UTF-8, without the line feed
   * @param fields the names of the object's own keys, in their order
   */
  record Json(byte[] line, List<String> fields) implements KeptRecord {}

  /**
   * A row of Parquet.
   *
   * @param group all of its columns
   */
  record Row(Group group) implements KeptRecord {}
}
