package org.seqlm.vocab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a vocabulary's file token by token, for one that is in no memory as a whole. */
public final class VocabularyWriter {
  private static final JsonFactory JSON =
      new JsonFactory().setRootValueSeparator("").disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final JsonGenerator json;
  private final TokenDigest digest = new TokenDigest();

  /**
   * @param out has everything after {@link #finish}; stays open
   */
  public VocabularyWriter(OutputStream out) throws IOException {
    this.json = JSON.createGenerator(out);
  }

  /** Writes the token of the next id. */
  public void add(byte[] utf8, int from, int to, long count) throws IOException {
    json.writeStartObject();
    json.writeStringField("token", new String(utf8, from, to - from, StandardCharsets.UTF_8));
    json.writeNumberField("count", count);
    json.writeEndObject();
    json.writeRaw('\n');
    digest.add(utf8, from, to);
  }

  /** Ends the file, and gives the fingerprint of the vocabulary whose tokens were added. */
  public String finish() throws IOException {
    json.close();
    return digest.hex();
  }
}
