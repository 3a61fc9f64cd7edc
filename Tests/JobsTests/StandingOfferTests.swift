import Testing

@testable import Jobs

@Suite("What a worker knows of its offer")
struct StandingOfferTests {
    private let now = ContinuousClock.now

    @Test("It is taken up once, and the next one has another number")
    func once() {
        let offer = StandingOffer()
        #expect(offer.number(mayBeMade: false) == nil)
        #expect(offer.number(mayBeMade: true) == 1)
        offer.ask(1, at: now)
        #expect(offer.number(mayBeMade: false) == 1)
        #expect(offer.accept(1) { $0 } == now)
        #expect(offer.accept(1) { $0 } == nil)
        #expect(!offer.mayStand)
        #expect(offer.number(mayBeMade: true) == 2)
        // Its number was read before the job came.
        offer.ask(1, at: now)
        #expect(!offer.mayStand)
        offer.ask(2, at: now)
        offer.skip(2)
        #expect(offer.accept(2) { $0 } == nil)
        #expect(offer.number(mayBeMade: true) == 3)
    }

    @Test("The lease counts from the last claim that said that the offer stands, or from the first that may have")
    func since() {
        let offer = StandingOffer()
        // Its answer was lost, and it may have made the offer.
        offer.ask(1, at: now)
        offer.ask(1, at: now + .seconds(1))
        #expect(offer.accept(1) { $0 } == now)

        offer.ask(2, at: now + .seconds(2))
        offer.confirm(2, at: now + .seconds(2))
        offer.ask(2, at: now + .seconds(3))
        #expect(offer.accept(2) { $0 } == now + .seconds(2))
    }

    @Test("What an old answer says of an offer that has ended changes nothing")
    func late() {
        let offer = StandingOffer()
        offer.ask(1, at: now)
        #expect(offer.accept(1) { $0 } != nil)
        offer.ask(2, at: now + .seconds(5))
        offer.confirm(1, at: now)
        offer.withdraw(1)
        offer.skip(1)
        #expect(offer.mayStand)
        #expect(offer.accept(2) { $0 } == now + .seconds(5))
    }
}
