package org.seqlm.text.subword;

/** What makes ids of a stretch of text; shared by threads. */
interface SubwordModel {
  /** Makes ids; one a thread. */
  interface Encoder {
    /** Adds the ids of a stretch, which is not empty. */
    void encode(byte[] utf8, int from, int to, IdList ids);
  }

  Encoder encoder();

  /** The tokens by id. */
  TokenIds tokens();
}
