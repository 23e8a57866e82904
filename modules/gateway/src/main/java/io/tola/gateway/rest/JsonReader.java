package io.tola.gateway.rest;

import io.tola.gateway.json.Json;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Locale;

/** Reads a JSON body of bounded size, with or without a Content-Length. Stateless. */
@Provider
@Consumes(MediaType.WILDCARD)
public class JsonReader implements MessageBodyReader<JsonBody> {

  /** The largest body taken where a resource names no other limit: 1 MiB. */
  static final int MAX_BODY = 1 << 20;

  private static final int FIRST_BUFFER = 4_096;

  @Override
  public boolean isReadable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return type == JsonBody.class;
  }

  @Override
  public JsonBody readFrom(
      Class<JsonBody> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream in)
      throws IOException {
    checkType(mediaType, headers);
    return read(headers.getFirst(HttpHeaders.CONTENT_LENGTH), in, limit(annotations));
  }

  private static void checkType(MediaType mediaType, MultivaluedMap<String, String> headers) {
    String charset =
        mediaType == null ? null : mediaType.getParameters().get(MediaType.CHARSET_PARAMETER);
    String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
    boolean json =
        headers.getFirst(HttpHeaders.CONTENT_TYPE) != null
            && mediaType != null
            && "application".equalsIgnoreCase(mediaType.getType())
            && "json".equalsIgnoreCase(mediaType.getSubtype());
    if (!json
        || (charset != null && !"utf-8".equals(charset.toLowerCase(Locale.ROOT)))
        || (encoding != null && !"identity".equalsIgnoreCase(encoding))) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8, not compressed.");
    }
  }

  private static int limit(Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation instanceof MaxBody max) {
        return max.value();
      }
    }
    return MAX_BODY;
  }

  static JsonBody read(String contentLength, InputStream in, int limit) throws IOException {
    int expected = FIRST_BUFFER;
    if (contentLength != null) {
      long announced = parse(contentLength);
      if (announced > limit) {
        throw tooLarge(limit);
      }
      // One more than announced, so that the end is seen without growing.
      expected = (int) announced + 1;
    }
    byte[] buffer = new byte[Math.min(expected, limit + 1)];
    int length = 0;
    while (true) {
      int got = in.read(buffer, length, buffer.length - length);
      if (got < 0) {
        return new JsonBody(Json.parse(buffer, length));
      }
      length += got;
      if (length > limit) {
        throw tooLarge(limit);
      }
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, limit + 1));
      }
    }
  }

  private static long parse(String contentLength) {
    try {
      return Math.max(0, Long.parseLong(contentLength.trim()));
    } catch (NumberFormatException e) {
      // The container has its own opinion of the header; what counts is how much comes.
      return FIRST_BUFFER;
    }
  }

  private static ProblemException tooLarge(int limit) {
    return new ProblemException(
        ProblemCode.TOO_LARGE, "The body may have at most " + limit + " bytes.");
  }
}
