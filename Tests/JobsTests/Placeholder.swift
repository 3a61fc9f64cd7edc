// Jobs tests
