package org.seqlm.vocab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** Writes a vocabulary's file token by token, for one that is in no memory as a whole. */
public final class VocabularyWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private final OutputStream out;
  private final StringWriter line = new StringWriter();
  private final TokenDigest digest = new TokenDigest();

  public VocabularyWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes the token of the next id. */
  public void add(byte[] utf8, int from, int to, long count) throws IOException {
    line.getBuffer().setLength(0);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("token", new String(utf8, from, to - from, StandardCharsets.UTF_8));
      json.writeNumberField("count", count);
      json.writeEndObject();
    }
    out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    digest.add(utf8, from, to);
  }

  /** The fingerprint of the vocabulary whose tokens were added; nothing can follow. */
  public String fingerprint() {
    return digest.hex();
  }
}
