package io.tola.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.BarShape;
import io.tola.gateway.rest.body.HistoryShape;
import io.tola.gateway.rest.body.InstrumentShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.QuoteShape;
import io.tola.gateway.rest.body.QuotesShape;
import io.tola.gateway.rest.body.TicksShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.Page;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.TickDesk;
import io.tola.market.api.TickFormat;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.PriceFactors;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Instruments, quotes and bars, for everybody who is logged in. */
@Path("")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class MarketResource {

  private static final String NDJSON = "application/x-ndjson";
  private static final String CSV = "text/csv";
  private static final Codes<Interval> INTERVALS = Codes.of(Interval.values(), Interval::code);
  private static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");
  private static final int MAX_SYMBOLS = 500;
  private static final int MAX_BARS = 1_000_000;

  /** Bars read and written at a time; more are streamed in such pieces. */
  private static final int PIECE = 5_000;

  private static final int DEFAULT_BARS = 500;
  private static final int MAX_SYMBOL = 32;

  @Inject private MarketData market;
  @Inject private TickDesk tickDesk;
  @Inject private CorporateActions actions;
  @Inject private Clock clock;

  @GET
  @Path("symbols")
  @Allow
  public PageShape<InstrumentShape> symbols(@Context UriInfo uri) {
    Query query = Query.of(uri);
    int limit = query.limit(MAX_SYMBOLS, MAX_SYMBOLS);
    Symbol after = query.value("cursor", MAX_SYMBOL, Symbol::new);
    query.done();
    List<InstrumentShape> items = new ArrayList<>();
    String next = null;
    for (Instrument instrument : market.instruments()) {
      if (after != null && instrument.symbol().compareTo(after) <= 0) {
        continue;
      }
      if (items.size() == limit) {
        next = items.get(limit - 1).symbol();
        break;
      }
      items.add(InstrumentShape.of(instrument));
    }
    return new PageShape<>(items, next);
  }

  @GET
  @Path("market/quote/{symbol}")
  @Allow
  public QuoteShape quote(@PathParam("symbol") String text) {
    Symbol symbol = new Symbol(text);
    Optional<Quote> quote = market.quote(symbol);
    if (quote.isEmpty()) {
      throw missing(symbol);
    }
    return QuoteShape.of(quote.get());
  }

  private ProblemException missing(Symbol symbol) {
    return market.instrument(symbol).isEmpty()
        ? new ProblemException(
            ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + symbol + " here.")
        : new ProblemException(
            ProblemCode.NO_QUOTE,
            "There is no current quote of " + symbol + ".",
            List.of(),
            Duration.ofSeconds(1));
  }

  @POST
  @Path("market/quotes")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow
  public QuotesShape quotes(@MaxBody(65_536) JsonBody body) {
    Fields form = body.fields();
    List<JsonNode> nodes = form.requiredArray("symbols", 1, MAX_SYMBOLS);
    form.done();
    Errors errors = form.errors();
    Set<Symbol> symbols = new LinkedHashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      String field = "symbols[" + i + "]";
      if (!nodes.get(i).isTextual()) {
        errors.add(field, "must be a string");
        continue;
      }
      String text = nodes.get(i).textValue();
      Symbol symbol = errors.make(field, () -> new Symbol(text));
      if (symbol != null) {
        symbols.add(symbol);
      }
    }
    errors.throwIfAny();
    Map<Symbol, Quote> found = market.quotes(symbols);
    List<QuoteShape> quotes = new ArrayList<>(found.size());
    List<String> unknown = new ArrayList<>();
    List<String> withoutQuote = new ArrayList<>();
    for (Symbol symbol : symbols) {
      Quote quote = found.get(symbol);
      if (quote != null) {
        quotes.add(QuoteShape.of(quote));
      } else if (market.instrument(symbol).isEmpty()) {
        unknown.add(symbol.value());
      } else {
        withoutQuote.add(symbol.value());
      }
    }
    return new QuotesShape(quotes, unknown, withoutQuote);
  }

  /**
   * Streamed in pieces of {@value #PIECE} bars, each a query of its own: a slow reader holds neither
   * memory nor a connection of the database. The first piece is read before the answer begins, so
   * that what is wrong is a problem document; a failure later on breaks the answer off.
   */
  @GET
  @Path("historical")
  @Allow
  public Response historical(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Symbol symbol = query.requiredValue("symbol", MAX_SYMBOL, Symbol::new);
    Interval asked = query.code("interval", INTERVALS);
    Interval interval = asked == null ? Interval.ONE_DAY : asked;
    Instant from = query.instant("from");
    Instant to = query.instant("to");
    int limit = query.limit(DEFAULT_BARS, MAX_BARS);
    String cursor = query.cursor();
    boolean adjusted = Boolean.TRUE.equals(query.value("adjusted", 5, MarketResource::truth));
    // No bar begins in what is left of the minute; and whoever asks within it asks the same.
    Instant end = to == null ? clock.instant().truncatedTo(ChronoUnit.MINUTES).plusSeconds(60) : to;
    Instant past = end.minus(interval.length().multipliedBy(limit));
    Instant start = from != null ? from : past.isBefore(Instant.EPOCH) ? Instant.EPOCH : past;
    query.fromBeforeTo(start, end);
    query.done();
    UnaryOperator<Page<Bar>> shown = adjusted ? adjustment(symbol) : UnaryOperator.identity();
    Page<Bar> first =
        shown.apply(
            market.shownHistory(symbol, interval, start, end, Math.min(limit, PIECE), cursor));
    if (limit <= PIECE || first.nextCursor() == null) {
      return Response.ok(
              new HistoryShape(
                  symbol.value(),
                  interval.code(),
                  first.items().stream().map(BarShape::of).toList(),
                  first.nextCursor()))
          .build();
    }
    HistoryStream.More more =
        (count, after) ->
            shown.apply(market.shownHistory(symbol, interval, start, end, count, after));
    StreamingOutput stream =
        new HistoryStream(symbol.value(), interval.code(), first, limit, PIECE, more);
    return Response.ok(stream).build();
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw new InvalidValueException("adjusted", "must be true or false");
    };
  }

  /** Prices as they compare with today's, after splits and bonuses. */
  private UnaryOperator<Page<Bar>> adjustment(Symbol symbol) {
    PriceFactors factors =
        PriceFactors.asOf(
            actions.of(Set.of(symbol)).getOrDefault(symbol, List.of()),
            LocalDate.ofInstant(clock.instant(), INDIA));
    return page ->
        new Page<>(page.items().stream().map(factors::adjust).toList(), page.nextCursor());
  }

  /** Reads the body as a stream, however long; the limit is the listener's own. */
  @POST
  @Path("market/ticks")
  @Consumes({NDJSON, CSV})
  @Allow(Role.FEED)
  public TicksShape ticks(InputStream body, @Context HttpHeaders headers) {
    MediaType type = headers.getMediaType();
    String charset = type.getParameters().get(MediaType.CHARSET_PARAMETER);
    String encoding = headers.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    boolean readable =
        (charset == null || charset.equalsIgnoreCase("utf-8"))
            && (encoding == null
                || encoding.equalsIgnoreCase("gzip")
                || encoding.equalsIgnoreCase("identity"));
    if (!readable) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          "Send " + NDJSON + " or " + CSV + " in UTF-8, plain or gzip.");
    }
    TickFormat format =
        type.getSubtype().equalsIgnoreCase("csv") ? TickFormat.CSV : TickFormat.NDJSON;
    return TicksShape.of(tickDesk.take(body, format));
  }
}
