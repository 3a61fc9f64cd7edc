public import Access
public import CommandSupport

extension AccessError: CommandError {}
