package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Set;
import org.seqlm.corpus.plan.CorpusFile;

/**
 * What becomes of records: what travels of each, as {@link ParsedExample#encoded} begins. One
 * instance a thread.
 */
public interface ExampleMaker {
  /** Makes instances. */
  @FunctionalInterface
  interface Factory extends Serializable {
    /** One for a range. */
    ExampleMaker maker();
  }

  /**
   * What was made.
   *
   * @param encoded with its split
   * @param blockBytes bytes that it has in a block
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once
  record Made(byte[] encoded, long blockBytes) {}

  /** The columns that are wanted of a row. */
  Set<String> columns();

  /** Those that are text in a CSV file, whatever they begin with. */
  Set<String> texts();

  /**
   * Makes something of a record.
   *
   * @param piece of the range that it stands in
   * @param place in the piece
   * @throws BadExampleException if it is none
   */
  Made made(ObjectNode fields, CorpusFile file, int piece, long place) throws BadExampleException;

  /**
   * What travels of a record that is bad.
   *
   * @param fields null where it has none that can be read
   * @param message what is wrong with it
   * @return null for nothing
   */
  byte[] bad(ObjectNode fields, String message, int piece, long place);
}
